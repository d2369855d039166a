"""On a real API server: signatures are asked for in tenants' namespaces, a silent verifier locks nobody else out."""

from collections.abc import Iterator
from typing import Any

import pytest
from kubernetes import client, dynamic
from kubernetes.dynamic.exceptions import ResourceNotFoundError

from components.platform import image_policies, manifests, policy_controller, rendering, versions
from components.platform.hardening import hardened
from components.platform.image_trust import FULL_NAMESPACE
from local.tools import Toolbox
from tests.live import platform_services
from tests.live.admission import NOT_ENFORCING, Admission, wait
from tests.live.cluster import pod

pytestmark = pytest.mark.live

TENANT = {**NOT_ENFORCING, "secureclusters.dev/tenant": "shop"}
PLATFORM = {**NOT_ENFORCING, "secureclusters.dev/tenant": "platform"}
SIGNER = image_policies.KeylessSigner(
    issuer="https://token.actions.githubusercontent.com",
    subject="https://github.com/example/shop/.github/workflows/release.yml@refs/heads/main",
)
PODS = {
    "apiGroups": ["", "apps", "batch"],
    "apiVersions": ["*"],
    "operations": ["CREATE", "UPDATE"],
    "resources": ["pods", "deployments", "jobs"],
}
"""What the verifier asks the API server to send it, which it writes into its webhooks when it starts."""


@pytest.fixture(scope="module")
def objects(tools: Toolbox) -> list[dict[str, Any]]:
    """What the chart of the verifier makes, as the platform registers it."""
    platform_services.have_charts([policy_controller.CHART], tools)
    release = policy_controller.release(FULL_NAMESPACE, memory="512Mi", kubernetes="1.36")
    pin = versions.charts()[policy_controller.CHART]
    rendered = rendering.render(policy_controller.CHART, pin.sums, release)
    if rendered is None:
        pytest.skip(str(rendering.missing(policy_controller.CHART, pin.sums)))
    prepared = manifests.prepared(
        policy_controller.CHART,
        rendered.objects,
        FULL_NAMESPACE,
        hooks_left_out=policy_controller.HOOKS_LEFT_OUT,
    )
    kept = (policy_controller.adjusted(hardened(manifest), has_account=False) for manifest in prepared)
    found = [each for each in kept if each is not None]
    return [each for phase in manifests.phases(found) for each in phase]


@pytest.fixture
def silent(cluster: Admission, objects: list[dict[str, Any]]) -> Iterator[None]:
    """The verifier's webhooks with nobody behind them: there are no nodes."""
    hooks = [each for each in objects if each["kind"].endswith("WebhookConfiguration")]
    asking = [each for each in hooks if each["metadata"]["name"] == "policy.sigstore.dev"]
    assert len(asking) == 2
    for each in asking:
        cluster.apply([{**each, "webhooks": [{**hook, "rules": [PODS]} for hook in each["webhooks"]]}])
    yield
    api = client.AdmissionregistrationV1Api(cluster.api)
    api.delete_mutating_webhook_configuration("policy.sigstore.dev")
    api.delete_validating_webhook_configuration("policy.sigstore.dev")


@pytest.mark.usefixtures("silent")
def test_a_verifier_that_is_silent_stops_tenants_and_nobody_else(cluster: Admission) -> None:
    with (
        cluster.namespace(TENANT) as tenant,
        cluster.namespace(PLATFORM) as platform,
        cluster.namespace(NOT_ENFORCING) as foreign,
    ):
        wait(lambda: not cluster.send(pod(), tenant).admitted)
        refused = cluster.send(pod(), tenant)
        assert "policy.sigstore.dev" in refused.message
        for namespace in (platform, foreign, "kube-system"):
            assert cluster.send(pod(), namespace).admitted, namespace
        config_map = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}}
        assert cluster.send(config_map, tenant).admitted, "only what runs images waits"


@pytest.fixture
def defined(cluster: Admission, objects: list[dict[str, Any]]) -> Iterator[Any]:
    """The kinds of the verifier, without the webhook that converts between their versions."""
    definitions = [each for each in objects if each["kind"] == "CustomResourceDefinition"]
    plain = [{**each, "spec": {**each["spec"], "conversion": {"strategy": "None"}}} for each in definitions]
    cluster.apply(plain)
    kinds = dynamic.DynamicClient(cluster.api)

    def served() -> Any:
        kinds.resources.invalidate_cache()
        try:
            return kinds.resources.get(api_version=image_policies.API_VERSION, kind=image_policies.KIND)
        except ResourceNotFoundError:
            return None

    yield wait(served)
    api = client.ApiextensionsV1Api(cluster.api)
    for each in plain:
        api.delete_custom_resource_definition(each["metadata"]["name"])
    wait(lambda: not [each for each in definitions_of(cluster) if each.endswith(".sigstore.dev")])


def definitions_of(cluster: Admission) -> list[str]:
    found: Any = client.ApiextensionsV1Api(cluster.api).list_custom_resource_definition()
    return [each.metadata.name for each in found.items]


def test_the_real_definition_takes_our_policies_without_dropping_anything(cluster: Admission, defined: Any) -> None:
    del cluster
    signed = list(image_policies.numbered([SIGNER.authority()]))
    attestation = image_policies.base_image_attestation(image_policies.DISTROLESS)
    attested = [{**each, "attestations": [attestation]} for each in signed]
    for subject, authorities in (("signatures", signed), ("base-images", attested)):
        document = image_policies.document("shop", subject, ["registry.example/shop/**"], authorities)
        made = defined.create(body=document).to_dict()
        assert made["spec"] == document["spec"], "a field that the definition does not know would be gone"
    keyed = image_policies.KeySigner(kms="awskms:///alias/shop").authority()
    key = image_policies.document("bank", "signatures", ["registry.example/bank/web"], [keyed])
    assert defined.create(body=key).to_dict()["spec"] == key["spec"]


def test_what_is_taken_down_leaves_nothing_in_the_cluster(cluster: Admission, objects: list[dict[str, Any]]) -> None:
    """The objects that lie in no namespace: the others go with it."""
    everywhere = [each for each in objects if "namespace" not in each["metadata"]]
    kinds = {each["kind"] for each in everywhere}
    assert kinds >= {"ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition"}
    settled = dynamic.DynamicClient(cluster.api)
    with cluster.namespace(PLATFORM, name=FULL_NAMESPACE):
        cluster.apply([each for each in objects if each["kind"] != "Deployment"])
        for each in reversed(everywhere):
            resource: Any = settled.resources.get(api_version=each["apiVersion"], kind=each["kind"])
            resource.delete(name=each["metadata"]["name"])
    rbac, hooks = client.RbacAuthorizationV1Api(cluster.api), client.AdmissionregistrationV1Api(cluster.api)
    left = [
        each.metadata.name
        for found in (
            rbac.list_cluster_role(),
            rbac.list_cluster_role_binding(),
            hooks.list_validating_webhook_configuration(),
            hooks.list_mutating_webhook_configuration(),
        )
        for each in found.items
        if "policy-controller" in each.metadata.name or "sigstore" in each.metadata.name
    ]
    assert left == []
    wait(lambda: not [each for each in definitions_of(cluster) if each.endswith(".sigstore.dev")])
