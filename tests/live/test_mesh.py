"""The real charts of the mesh by the real Helm, and what they define on the real API server.

What istiod and the agents do with it needs nodes, so it is not shown here.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from kubernetes import dynamic
from kubernetes.dynamic.exceptions import DynamicApiError, ResourceNotFoundError

from components.environment import deploy
from components.settings import StackSettings
from local import charts
from local.tools import Toolbox
from policies import clock
from policies.catalogue import all_controls
from policies.evaluate import evaluate
from policies.model import Enforcement, Outcome, Resource
from policies.parameters import Parameters
from tests.components.platform import test_mesh
from tests.live.admission import wait
from tests.live.definitions import defined
from tests.recording import record

pytestmark = pytest.mark.live

AGENT, PROXY, ISTIOD = "istio-cni-istio-cni-node", "ztunnel-ztunnel", "istiod-istiod-clusterrole-platform-mesh"
NEEDED = {
    *test_mesh.NEEDED,
    # istiod puts its CA into the webhook that checks Istio's own kinds; it may no longer change injectors.
    ("rbac-no-admission-changes", ISTIOD),
    # It watches Secrets for credentials of gateways and of other clusters, which nothing here has.
    ("rbac-secrets-stay-in-namespace", ISTIOD),
    *(
        (control, name)
        for name in (AGENT, PROXY)
        for control in (
            # Both enter the network of the pods on their node, of every user, and share a socket and the folders of
            # network plugins with it; without them on every node, no pod of the mesh starts there.
            "workload-adds-only-default-capabilities",
            "workload-adds-only-net-bind-service",
            "workload-host-path-read-only",
            "workload-no-blanket-toleration",
            "workload-no-dangerous-capabilities",
            "workload-no-host-path",
            "workload-no-sensitive-host-path",
            "workload-no-system-priority",
            "workload-runs-as-non-root",
            "workload-user-not-root",
            "workload-volume-types",
        )
    ),
    ("workload-apparmor-profile", AGENT),
    ("workload-no-root-group", AGENT),
    ("workload-no-privilege-escalation", PROXY),
}
"""What mandatory controls refuse and the mesh can't do without: each needs a waiver where it is switched on."""


def charts_of(settings: StackSettings) -> Sequence[str]:
    """Return the charts that the platform of a stack is made of; others may be out of reach on this machine."""
    return settings.platform.charts if settings.platform else ()


@pytest.fixture(scope="module")
def resources(tools: Toolbox) -> Iterator[list[Resource]]:
    settings = test_mesh.load()
    charts.provide(tools, charts_of(settings))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SECURE_CLUSTERS_OFFLINE", raising=False)
        yield list(record(lambda: deploy(settings) and None).values())


def test_mandatory_controls_refuse_exactly_what_the_mesh_needs(resources: list[Resource]) -> None:
    controls = all_controls(Parameters.of({"allowedRegistries": ["docker.io/istio"]}))
    report = evaluate(resources, (), clock.today(), controls)
    refused = {
        (each.control.id, each.resource.name)
        for each in report.verdicts
        if each.control.enforcement is Enforcement.MANDATORY
        and each.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)
    }
    assert refused == NEEDED


def test_nothing_injects_and_no_wildcard_is_left_in_a_role(resources: list[Resource]) -> None:
    assert not [each.key for each in resources if each.type.endswith(":MutatingWebhookConfiguration")]
    webhooks = [each for each in resources if each.type.endswith(":ValidatingWebhookConfiguration")]
    for webhook in webhooks:
        for each in webhook.props.plain["webhooks"]:
            assert each["failurePolicy"] == "Fail"
            assert all(group.endswith(".istio.io") for rule in each["rules"] for group in rule["apiGroups"])
    assert len(webhooks) == 2


def test_the_api_server_takes_the_definitions_and_every_policy_and_refuses_what_is_none(
    resources: list[Resource], cluster: Any
) -> None:
    policies = [each.props.plain for each in resources if each.type.startswith("kubernetes:security.istio.io/")]
    namespaces = sorted({each["metadata"]["namespace"] for each in policies})
    with defined(cluster, resources, namespaces):
        for each in policies:
            assert send(cluster, each)["spec"] == each["spec"]
        wrong = {**policies[0], "metadata": {"name": "wrong", "namespace": namespaces[0]}}
        with pytest.raises(DynamicApiError):
            send(cluster, {**wrong, "kind": "PeerAuthentication", "spec": {"mtls": {"mode": "SOMETIMES"}}})
    assert len(policies) == 6


def send(cluster: Any, manifest: dict[str, Any]) -> dict[str, Any]:
    """Create an object once its kind is served."""
    found: list[Any] = []

    def served() -> bool:
        try:
            found[:] = [
                dynamic.DynamicClient(cluster.api).resources.get(
                    api_version=manifest["apiVersion"], kind=manifest["kind"]
                )
            ]
        except ResourceNotFoundError:
            return False
        return True

    wait(served)
    return found[0].create(body=manifest, namespace=manifest["metadata"]["namespace"]).to_dict()
