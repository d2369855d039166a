"""Every weakening of what the platform's services make beside their charts is caught by a control, or is harmless."""

import functools
import tempfile
from pathlib import Path

import pytest

from components import clock, settings
from components.environment import deploy
from policies.catalogue import all_controls
from policies.evaluate import evaluate
from policies.model import Enforcement, Outcome, Resource
from policies.parameters import Parameters
from tests import edge_stacks
from tests.platform_stacks import AUTHORITIES, STACKS
from tests.policies.fixtures import TODAY
from tests.recording import record

from .survivors import Judged, Rules, is_harmless, judge

RULES = Rules.of("platform")
OUTSIDE = {**STACKS["existing"]["platform"], "tls": {"authority": AUTHORITIES["vault"]}}
KINDS = {
    **STACKS,
    "existing, with certificates from Vault": {**STACKS["existing"], "platform": OUTSIDE},
    **{f"{kind}, with certificates for the edge": edge_stacks.stack(kind) for kind in ("eks", "aks", "gke")},
}
OWN = ("kubernetes:cert-manager.io/", "kubernetes:external-secrets.io/")
CATALOGUE = all_controls(Parameters.of({"edgeHosts": [f"shop-web/{edge_stacks.HOST}"]}))
CONTROLS = [each for each in CATALOGUE if any(type_.startswith(OWN) for type_ in each.types)]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@functools.cache
def recorded(kind: str) -> list[Resource]:
    """What the services register where no chart is there to be rendered."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as empty:
        patch.setenv("SECURE_CLUSTERS_CACHE", str(Path(empty)))
        patch.setenv("SECURE_CLUSTERS_OFFLINE", "1")
        found = record(lambda: deploy(settings.load(KINDS[kind], "test")) and None)
    return [each for each in found.values() if each.type.startswith(OWN)]


@functools.cache
def judged(kind: str) -> list[Judged]:
    return [each for prefix in OWN for each in judge(recorded(kind), CONTROLS, RULES, prefix)]


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_services_make_meets_every_control(kind: str) -> None:
    report = evaluate(recorded(kind), (), TODAY, CATALOGUE)
    assert {each.outcome for each in report.verdicts} <= {Outcome.PASS, Outcome.NOT_APPLICABLE}


@pytest.mark.parametrize("kind", KINDS)
def test_every_mutant_is_caught_or_known_to_be_harmless(kind: str) -> None:
    assert len(judged(kind)) > 100, "the mutator found something to change"
    survivors = {
        each.mutant.name for each in judged(kind) if not each.caught_by and not is_harmless(each.mutant, RULES)
    }
    assert survivors == set()


def test_every_pattern_of_harmless_mutants_is_needed() -> None:
    survivors = [each.mutant for kind in KINDS for each in judged(kind) if not each.caught_by]
    for harmless in RULES.harmless:
        alone = Rules(weak={}, added={}, harmless=(harmless,))
        assert any(is_harmless(mutant, alone) for mutant in survivors), harmless.mutant


def test_every_mandatory_control_on_what_the_services_make_catches_a_mutant() -> None:
    caught = {control for kind in KINDS for each in judged(kind) for control in each.caught_by}
    made = {each.type for kind in KINDS for each in recorded(kind)}
    silent = {
        control.id
        for control in CONTROLS
        if control.enforcement is Enforcement.MANDATORY and control.id not in caught and made & set(control.types)
    }
    assert silent == set()
