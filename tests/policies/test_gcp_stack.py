"""One stack can meet the whole catalogue for Google Cloud at once, in either mode, with its ids unknown."""

from collections import defaultdict
from collections.abc import Callable

import pytest

from components import clock
from policies.catalogue import all_controls
from policies.evaluate import Report, evaluate
from policies.model import Outcome, Resource
from tests.policies import hardened_gcp
from tests.policies.fixtures import TODAY
from tests.recording import record

CONTROLS = [each for each in all_controls() if any(type_.startswith("gcp:") for type_ in each.types)]
ANOTHER_MATTER = {
    "gcp-egress-named",
    "gcp-firewall-named-ports",
    "gcp-firewall-no-open-ingress",
    "gke-endpoint-enforced",
    "gke-endpoint-no-google-addresses",
    "gke-endpoint-ranges",
}
"""Controls that have no opinion on a cluster with its DNS name only, and on rules that let nothing in or out."""
NEITHER = {
    *("gcp-account-no-keys", "gcp-findings-told", "gcp-identity-pool-restricted"),
    *("mesh-namespace-injected", "mesh-strict-everywhere"),
}
"""Controls on the ways in for pipelines, on findings for others, and on meshes: these stacks make none of them."""
OF_POOLS = {each.id for each in CONTROLS if each.parts}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def judged(resources: list[Resource]) -> Report:
    return evaluate(resources, (), TODAY, CONTROLS)


@pytest.mark.parametrize(
    ("program", "elsewhere", "another_matter"),
    [
        (hardened_gcp.program, NEITHER, {"gke-autopilot-no-exceptions"}),
        (
            hardened_gcp.autopilot,
            NEITHER | {"gke-pool-drained", "gke-pool-follows-cluster", "gke-pool-kept"},
            {"gke-pools-apart", *OF_POOLS},
        ),
    ],
)
def test_a_hardened_stack_passes_every_control_and_leaves_none_open(
    program: Callable[[], None], elsewhere: set[str], another_matter: set[str]
) -> None:
    outcomes = defaultdict(set)
    for verdict in judged(list(record(program).values())).verdicts:
        assert verdict.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE), (verdict.control.id, verdict.messages)
        outcomes[verdict.control.id].add(verdict.outcome)
    assert {each.id for each in CONTROLS} - set(outcomes) == elsewhere
    not_judged = {control for control, seen in outcomes.items() if seen == {Outcome.NOT_APPLICABLE}}
    assert not_judged == another_matter | ANOTHER_MATTER


def test_without_what_surrounds_it_the_cluster_fails() -> None:
    around = ("Policy", "BackupPlan", "IAMAuditConfig", "Service", "Firewall", "ProjectSink")
    resources = [each for each in record(hardened_gcp.program).values() if each.type.rsplit(":", 1)[-1] not in around]
    failed = {verdict.control.id for verdict in judged(resources).verdicts if verdict.outcome is Outcome.FAIL}
    assert failed == {
        "gar-scanned",
        "gcp-egress-denied",
        "gke-audit-logs",
        "gke-backed-up",
        "gke-binary-authorization-policy",
        "gke-logs-sunk",
    }
