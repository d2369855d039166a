"""Scanning: what the scanner gives up of the chart's rights, and how it reads what it needs."""

from typing import Any

import pytest

from components.errors import UserError
from components.platform import trivy_operator
from tests.components.platform.test_platform import SERVER, load

REGISTRIES = [{"cidr": "203.0.113.0/24"}]


def role(*rules: dict[str, Any], kind: str = "ClusterRole", name: str = "trivy-operator") -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": name}, "rules": list(rules)}


def rule(group: str, resources: list[str], *verbs: str) -> dict[str, Any]:
    return {"apiGroups": [group], "resources": resources, "verbs": list(verbs or ("get", "list", "watch"))}


def adjusted(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    left = trivy_operator.adjusted(manifest, has_account=False)
    assert left is not None
    return left["rules"]


def test_in_the_whole_cluster_it_reads_what_runs_and_writes_reports() -> None:
    rules = adjusted(
        role(
            rule("", ["configmaps", "nodes", "pods", "services"]),
            rule("", ["pods/log"], "get"),
            rule("aquasecurity.github.io", ["vulnerabilityreports", "configauditreports"], "create", "delete"),
            rule("aquasecurity.github.io", ["clustercompliancereports/status"], "update"),
            rule("batch", ["jobs"], "create", "delete", "get", "list", "watch"),
            rule("rbac.authorization.k8s.io", ["roles"]),
        )
    )
    assert rules == [
        rule("", ["configmaps", "pods"]),
        rule("aquasecurity.github.io", ["vulnerabilityreports"], "create", "delete"),
        rule("batch", ["jobs"]),
    ]


def test_scans_are_started_and_read_in_its_own_namespace_alone() -> None:
    resources = {each for item in adjusted(role(kind="Role")) for each in item["resources"]}
    assert {"jobs", "pods/log"} <= resources


def test_whoever_may_view_a_namespace_is_not_told_where_to_break_in() -> None:
    assert trivy_operator.adjusted(role(name="aggregate-vulnerability-reports-view"), has_account=False) is None


def test_a_report_is_made_anew_in_time_and_nothing_reads_pull_secrets() -> None:
    values = trivy_operator.release("x", rescan="24h", excluded="x", kubernetes="1.36").values
    assert values["operator"]["scannerReportTTL"] == "24h"
    assert values["operator"]["accessGlobalSecretsAndServiceAccount"] is False
    assert values["trivy"]["ignoreUnfixed"] is False
    assert "@sha256:" in values["image"]["tag"]
    assert "@sha256:" in values["trivy"]["image"]["tag"]


@pytest.mark.parametrize("change", [{"rescanHours": 0}, {"rescanHours": 1000}, {"registries": []}])
def test_a_scanner_that_never_looks_again_or_reaches_nothing_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(UserError, match=next(iter(change))):
        load(platform={"apiServer": SERVER, "scanning": {"registries": REGISTRIES, **change}})
