"""Every way to make a cluster meets every control, and every weakening of it is caught by a named one.

The tests of all clouds: a subclass of `MutationsOfCluster` whose name begins with Test says which cloud and which ways.
"""

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pytest

from components import clock
from components.admission import AdmissionArgs, AdmissionPolicies, Deployers
from components.cloud_cluster import CloudClusterArgs
from components.cluster import ClusterHandle
from components.mesh import Mesh
from components.platform import Platform, PlatformArgs
from components.tenancy import Tenant, TenantArgs
from policies.catalogue import all_controls
from policies.evaluate import evaluate
from policies.model import Control, Enforcement, Outcome, Resource
from tests.policies.fixtures import TODAY
from tests.recording import record

from .survivors import Judged, Rules, is_harmless, judge

MANAGED = {"apiServer": {"networks": [{"cidr": "10.0.0.0/28"}]}, "mesh": {"operation": "managed"}}
GOOD = {Outcome.PASS, Outcome.NOT_APPLICABLE}
Program = Callable[[], None]


def cluster(args: Callable[..., CloudClusterArgs], changes: Mapping[str, Any]) -> Program:
    """Return a program with a cluster, and with what refuses violations in it where its API server can be reached.

    Where the cloud runs a mesh, the platform makes it strict, and a tenant is in it.

    `args` makes the arguments of a complete cluster with changes by their names in a stack file.
    """

    def program() -> None:
        declared = args(**changes)
        made = declared.create()
        if declared.reachable:
            deployers = Deployers(groups=("secure-clusters-deployers",))
            AdmissionPolicies("admission", AdmissionArgs(deployers=deployers), opts=made.handle.inside())
        if declared.managed_mesh:
            in_mesh(made.handle, declared.managed_mesh)

    return program


def in_mesh(cluster: ClusterHandle, mesh: Mesh) -> None:
    """Create what the platform makes of a mesh that the cloud runs, and a tenant in it."""
    Platform(PlatformArgs.model_validate(MANAGED), cluster, owner="platform-team")
    tenant = TenantArgs.model_validate({"name": "shop", "owner": "shop-team", "namespaces": [{"name": "web"}]})
    Tenant(tenant, dataclasses.replace(cluster, mesh=mesh))


@functools.cache
def _recorded(program: Program) -> tuple[Resource, ...]:
    return tuple(record(program).values())


@functools.cache
def _judged(of: type["MutationsOfCluster"], mode: str) -> tuple[Judged, ...]:
    controls = [each for each in all_controls() if of.concerns(each) or any(t.startswith("secure") for t in each.types)]
    return tuple(judge(_recorded(of.modes[mode]), controls, of.rules(), (of.prefix, *of.beside)))


class MutationsOfCluster:
    """What the mutations of one cloud's clusters prove."""

    cloud: ClassVar[str]
    """Name of the file beside this one with weak values and harmless mutants."""
    prefix: ClassVar[str]
    """What the types of the cloud's resources begin with."""
    beside: ClassVar[tuple[str, ...]] = ("kubernetes:security.istio.io/v1:PeerAuthentication",)
    """Types of what lies inside and holds what the cloud makes: a mesh is as strict as this."""
    modes: ClassVar[Mapping[str, Program]]
    """Every way in which a cluster can be made."""
    unmet: ClassVar[Mapping[str, frozenset[str]]] = {}
    """Ids of the controls that a mode can't meet, so that who chooses it writes a waiver."""

    @classmethod
    @functools.cache
    def rules(cls) -> Rules:
        """Return the cloud's weak values and harmless mutants."""
        return Rules.of(cls.cloud)

    @classmethod
    def concerns(cls, control: Control) -> bool:
        """Whether a control judges resources of the cloud."""
        return any(type_.startswith(cls.prefix) for type_ in control.types)

    @classmethod
    def survivors(cls, mode: str) -> list[Judged]:
        """Return the mutants of a mode that no control catches."""
        return [each for each in _judged(cls, mode) if not each.caught_by]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run a test that takes a mode with each of them."""
        if "mode" in metafunc.fixturenames:
            metafunc.parametrize("mode", list(self.modes))

    @pytest.fixture(autouse=True)
    def _today(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(clock, "today", lambda: TODAY)

    def test_every_mode_meets_every_control_with_its_ids_unknown(self, mode: str) -> None:
        report = evaluate(_recorded(self.modes[mode]), (), TODAY, all_controls())
        found = {verdict.control.id for verdict in report.verdicts if verdict.outcome not in GOOD}
        assert found == self.unmet.get(mode, set())

    def test_every_mutant_is_caught_or_known_to_be_harmless(self, mode: str) -> None:
        assert len(_judged(type(self), mode)) > 150, "the mutator found something to change"
        unknown = {each.mutant.name for each in self.survivors(mode) if not is_harmless(each.mutant, self.rules())}
        assert unknown == set()

    def test_no_pattern_calls_every_change_of_a_type_harmless(self) -> None:
        for harmless in self.rules().harmless:
            _, path, what = harmless.mutant.split(" ", 2)
            assert path != "*" or what == "removed", "it would hide the next weakness"

    def test_every_pattern_of_harmless_mutants_is_needed(self) -> None:
        survivors = [each.mutant for mode in self.modes for each in self.survivors(mode)]
        for harmless in self.rules().harmless:
            alone = Rules(weak={}, added={}, harmless=(harmless,))
            assert any(is_harmless(mutant, alone) for mutant in survivors), harmless.mutant

    def test_every_mandatory_control_on_what_the_components_make_catches_a_mutant(self) -> None:
        caught = {control for mode in self.modes for each in _judged(type(self), mode) for control in each.caught_by}
        made = {each.type for program in self.modes.values() for each in _recorded(program)}
        silent = {
            control.id
            for control in all_controls()
            if control.enforcement is Enforcement.MANDATORY
            and self.concerns(control)
            and made.intersection(control.types)
            and control.id not in caught
        }
        assert silent == set()
