"""One stack can meet the whole catalogue for Azure at once, with its ids unknown as before the first update."""

import datetime
from collections import defaultdict
from dataclasses import replace

import pytest

from components import clock
from policies.catalogue import all_controls
from policies.evaluate import Report, evaluate
from policies.model import Outcome, Resource
from tests.policies import hardened_azure
from tests.recording import record

TODAY = datetime.date(2026, 11, 24)
CONTROLS = [each for each in all_controls() if any(type_.startswith("azure-native:") for type_ in each.types)]
ONLY_ELSEWHERE = {
    "acr-token-expires",
    "aks-external-issuer-restricted",
    "aks-managed-namespace-isolated",
    "aks-safeguards-enforced",
    "azure-alerts-told",
    "azure-firewall-denies-threats",
    "azure-firewall-logged",
    "azure-route-no-internet",
    "azure-storage-entra-only",
    "azure-storage-private",
    "azure-storage-tls",
}
"""Controls on what this stack does not have."""


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture(scope="module")
def resources() -> list[Resource]:
    return list(record(hardened_azure.program).values())


def judged(resources: list[Resource]) -> Report:
    return evaluate(resources, (), TODAY, CONTROLS)


def test_a_hardened_stack_passes_every_control_and_leaves_none_open(resources: list[Resource]) -> None:
    outcomes = defaultdict(set)
    for verdict in judged(resources).verdicts:
        assert verdict.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE), (verdict.resource.key, verdict.messages)
        outcomes[verdict.control.id].add(verdict.outcome)
    assert {each.id for each in CONTROLS} - set(outcomes) == ONLY_ELSEWHERE
    another_matter = {control for control, seen in outcomes.items() if seen == {Outcome.NOT_APPLICABLE}}
    assert another_matter == {"aks-api-server-ranges", "aks-isolated-cache", "azure-nsg-no-open-inbound"}


def test_without_what_surrounds_it_the_cluster_fails(resources: list[Resource]) -> None:
    alone = [each for each in resources if each.name in ("cluster", "registry", "network", "vault")]
    failed = {verdict.control.id for verdict in judged(alone).verdicts if verdict.outcome is Outcome.FAIL}
    assert failed == {
        "acr-audit-logs",
        "acr-images-scanned",
        "acr-private-endpoint",
        "aks-audit-logs",
        "aks-container-logs-sent",
        "aks-locked",
        "aks-maintenance-windows",
        "azure-key-vault-audit-logs",
        "azure-network-flow-log",
    }


def test_every_verdict_is_the_same_under_the_types_of_one_version_of_azures_api(resources: list[Resource]) -> None:
    versioned = [
        replace(each, type=each.type.replace(":", "/v20250901:").replace("azure-native/v20250901:", "azure-native:"))
        for each in resources
    ]
    assert versioned[0].type == "azure-native:resources/v20250901:ResourceGroup"
    summary = [
        [(each.control.id, each.resource.urn, each.outcome, each.messages) for each in judged(some).verdicts]
        for some in (resources, versioned)
    ]
    assert summary[0] == summary[1]
