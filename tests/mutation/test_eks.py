"""Every way to make an EKS cluster meets every control, and every weakening of it is caught by a named one."""

import functools

import pytest

from components import clock
from components.admission import AdmissionArgs, AdmissionPolicies, Deployers
from components.aws import Cluster
from policies.catalogue import all_controls
from policies.evaluate import evaluate
from policies.model import Control, Enforcement, Outcome, Resource
from tests import eks_clusters
from tests.policies.fixtures import TODAY
from tests.recording import record

from .survivors import Judged, Rules, is_harmless, judge

GOOD = {Outcome.PASS, Outcome.NOT_APPLICABLE}
NO_ENGINE = "cluster-enforces-network-policy"
RULES = Rules.of("aws")


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def recorded(changes: dict) -> list[Resource]:
    """Record a cluster, and what refuses violations in it where its API server can be reached."""
    args = eks_clusters.args(**changes)

    def program() -> None:
        cluster = Cluster(args.identifier, args)
        if args.endpoint.reachable:
            deployers = Deployers(groups=("secure-clusters-deployers",))
            AdmissionPolicies("admission", AdmissionArgs(deployers=deployers), opts=cluster.handle.inside())

    return list(record(program).values())


def controls_of_clouds() -> list[Control]:
    return [each for each in all_controls() if any(type_.startswith(("aws:", "secure")) for type_ in each.types)]


@functools.cache
def judged(mode: str) -> list[Judged]:
    return list(judge(recorded(eks_clusters.MODES[mode]), controls_of_clouds(), RULES, "aws:"))


@pytest.mark.parametrize("mode", eks_clusters.MODES)
def test_every_mode_meets_every_control_with_its_ids_unknown(mode: str) -> None:
    report = evaluate(recorded(eks_clusters.MODES[mode]), (), TODAY, all_controls())
    found = {verdict.control.id for verdict in report.verdicts if verdict.outcome not in GOOD}
    # Nothing on Fargate enforces NetworkPolicies: who wants it all the same writes a waiver.
    assert found == ({NO_ENGINE} if mode == "fargate" else set())


@pytest.mark.parametrize("mode", eks_clusters.MODES)
def test_every_mutant_is_caught_or_known_to_be_harmless(mode: str) -> None:
    everything = judged(mode)
    assert len(everything) > 200, "the mutator found something to change"
    survivors = {each.mutant.name for each in everything if not each.caught_by and not is_harmless(each.mutant, RULES)}
    assert survivors == set()


def test_no_pattern_calls_every_change_of_a_type_harmless() -> None:
    for harmless in RULES.harmless:
        _, path, what = harmless.mutant.split(" ", 2)
        assert path != "*" or what == "removed", "it would hide the next weakness"


def test_every_pattern_of_harmless_mutants_is_needed() -> None:
    survivors = [each.mutant for mode in eks_clusters.MODES for each in judged(mode) if not each.caught_by]
    for harmless in RULES.harmless:
        alone = Rules(weak={}, added={}, harmless=(harmless,))
        assert any(is_harmless(mutant, alone) for mutant in survivors), harmless.mutant


def test_every_mandatory_control_on_what_the_components_make_catches_a_mutant() -> None:
    caught = {control for mode in eks_clusters.MODES for each in judged(mode) for control in each.caught_by}
    made = {each.type for mode in eks_clusters.MODES for each in recorded(eks_clusters.MODES[mode])}
    silent = {
        control.id
        for control in all_controls()
        if control.enforcement is Enforcement.MANDATORY
        and any(type_.startswith("aws:") and type_ in made for type_ in control.types)
        and control.id not in caught
    }
    assert silent == set()
