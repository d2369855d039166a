"""On a real API server: the audit lists what runs with known critical vulnerabilities, once somebody scans."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from kubernetes import client
from kubernetes.client.exceptions import ApiException

from policies import clock
from policies.model import Outcome
from preview import audit
from tests.live.admission import NOT_ENFORCING, Admission, wait

pytestmark = pytest.mark.live

CONTROL = "running-no-critical-vulnerability"
GROUP, VERSION, PLURAL = "aquasecurity.github.io", "v1alpha1", "vulnerabilityreports"
DEFINITION: dict[str, Any] = {
    "metadata": {"name": f"{PLURAL}.{GROUP}"},
    "spec": {
        "group": GROUP,
        "scope": "Namespaced",
        "names": {"kind": "VulnerabilityReport", "plural": PLURAL, "singular": "vulnerabilityreport"},
        "versions": [
            {
                "name": VERSION,
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            }
        ],
    },
}
"""The scanner's kind of report, of any shape: its own definition comes with its chart."""


def report(name: str, *severities: str, age: int = 0) -> dict[str, Any]:
    found = [
        {"vulnerabilityID": f"CVE-2026-{number}", "resource": "openssl", "severity": severity, "fixedVersion": "3.1"}
        for number, severity in enumerate(severities)
    ]
    return {
        "apiVersion": f"{GROUP}/{VERSION}",
        "kind": "VulnerabilityReport",
        "metadata": {"name": name, "labels": {"trivy-operator.container.name": "web"}},
        "report": {
            "updateTimestamp": f"{clock.today() - datetime.timedelta(days=age)}T01:00:00Z",
            "summary": {"criticalCount": severities.count("CRITICAL")},
            "vulnerabilities": found,
        },
    }


@pytest.fixture
def reports(cluster: Admission) -> Iterator[client.CustomObjectsApi]:
    api = client.ApiextensionsV1Api(cluster.api)
    body: Any = DEFINITION
    api.create_custom_resource_definition(body)
    custom = client.CustomObjectsApi(cluster.api)

    def served() -> bool:
        found: Any = api.read_custom_resource_definition(DEFINITION["metadata"]["name"])
        states = {each.type: each.status for each in found.status.conditions or ()} if found.status else {}
        return states.get("Established") == "True"

    wait(served)
    # The path is served a moment after the kind is established.
    wait(lambda: answers(custom))
    yield custom
    api.delete_custom_resource_definition(DEFINITION["metadata"]["name"])


def answers(custom: client.CustomObjectsApi) -> bool:
    try:
        custom.list_cluster_custom_object(GROUP, VERSION, PLURAL)
    except ApiException:
        return False
    return True


def audited(control_plane: Any) -> audit.Audit:
    server, get = audit.connect(control_plane.kubeconfig.read_text(), None)
    return audit.run(server, get, audit.parameters_of([]), (), clock.today())


def test_what_runs_with_a_critical_vulnerability_is_listed_by_id_package_and_fix(
    cluster: Admission, control_plane: Any, reports: client.CustomObjectsApi
) -> None:
    with cluster.namespace(NOT_ENFORCING) as namespace:
        for body in (
            report("replicaset-web", "CRITICAL", "HIGH"),
            report("replicaset-api", "HIGH"),
            report("replicaset-old", age=9),
        ):
            reports.create_namespaced_custom_object(GROUP, VERSION, namespace, PLURAL, body)
        found = audited(control_plane)
    judged = {each.resource.name: each for each in found.result.report.verdicts if each.control.id == CONTROL}
    assert judged[f"{namespace}/replicaset-api"].outcome is Outcome.PASS
    assert judged[f"{namespace}/replicaset-old"].outcome is Outcome.UNKNOWN
    critical = judged[f"{namespace}/replicaset-web"]
    assert critical.outcome is Outcome.FAIL
    assert "container web" in critical.messages[0]
    assert "CVE-2026-0 in openssl (fixed in 3.1)" in critical.messages[0]


def test_where_nobody_scans_the_audit_says_so(control_plane: Any) -> None:
    found = audited(control_plane)
    assert "kubernetes:aquasecurity.github.io/v1alpha1:VulnerabilityReport" in found.snapshot.not_served
    assert CONTROL not in {each.control.id for each in found.result.report.verdicts}
