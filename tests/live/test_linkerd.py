"""The real charts of Linkerd by the real Helm, and what they define on the real API server.

What the control plane and the proxies do with it needs nodes, so it is not shown here.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from kubernetes.dynamic.exceptions import DynamicApiError

from components.environment import deploy
from components.platform import linkerd
from local import charts
from local.tools import Toolbox
from policies import clock
from policies.catalogue import all_controls
from policies.evaluate import evaluate
from policies.model import Enforcement, Outcome, Resource
from policies.parameters import Parameters
from preview import reachability
from tests import platform_stacks
from tests.components.platform import test_linkerd
from tests.live import platform_services
from tests.live.definitions import defined
from tests.live.test_mesh import send
from tests.recording import record
from tests.weakenings import each_weakened

pytestmark = pytest.mark.live

PLUGIN = "DaemonSet::linkerd2-cni-linkerd-cni"
NEEDED = {
    ("namespace-pod-security", "Namespace::platform-mesh-nodes"),
    ("platform-chart-pinned", "Chart::linkerd-control-plane"),
    ("platform-chart-pinned", "Chart::linkerd2-cni"),
    *(
        (control, PLUGIN)
        for control in (
            # It writes a program and a configuration into folders of the node that are root's, on every node: without
            # it no pod of the mesh starts there. It has no capability and no group of root's.
            "workload-host-path-read-only",
            "workload-no-blanket-toleration",
            "workload-no-host-path",
            "workload-no-sensitive-host-path",
            "workload-runs-as-non-root",
            "workload-user-not-root",
            "workload-volume-types",
        )
    ),
    # Those of `tls`, which is on as well.
    *(each for each in platform_stacks.NEEDED if "cert-manager" in each[1]),
}
"""What mandatory controls refuse and the mesh can't do without: each needs a waiver where it is switched on."""
READING = {"get", "list", "watch"}
CONTROLS = all_controls(Parameters.of({"allowedRegistries": ["cr.l5d.io/linkerd", "quay.io/jetstack"]}))


@pytest.fixture(scope="module")
def resources(tools: Toolbox) -> Iterator[list[Resource]]:
    charts.provide(tools, ["cert-manager", "trust-manager"])
    platform_services.have_charts(linkerd.CHARTS, tools)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SECURE_CLUSTERS_OFFLINE", raising=False)
        yield list(record(lambda: deploy(test_linkerd.load()) and None).values())


def refused(resources: list[Resource]) -> set[tuple[str, str]]:
    return {
        (each.control.id, f"{each.resource.type.rpartition(':')[2]}::{each.resource.name}")
        for each in evaluate(resources, (), clock.today(), CONTROLS).verdicts
        if each.control.enforcement is Enforcement.MANDATORY
        and each.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)
    }


def of_charts(resources: list[Resource], kind: str) -> list[dict[str, Any]]:
    """The objects of a kind that Linkerd's charts make."""
    return [
        each.props.plain
        for each in resources
        if each.type.endswith(f":{kind}") and ":Chart$" in each.urn and each.name.startswith("linkerd")
    ]


def test_mandatory_controls_refuse_exactly_what_the_mesh_needs(resources: list[Resource]) -> None:
    assert refused(resources) == NEEDED


def test_the_preview_is_surprised_by_nothing_of_the_charts(resources: list[Resource]) -> None:
    assert reachability.of(resources).surprises == ()


def test_a_control_plane_that_lets_anybody_in_by_default_is_refused(resources: list[Resource]) -> None:
    def weaken(deployment: dict[str, Any]) -> None:
        for each in deployment["spec"]["template"]["spec"]["containers"]:
            each["args"] = [arg.replace("-policy=deny", "-policy=audit") for arg in each.get("args", ())]

    def is_destination(each: Resource) -> bool:
        return each.type.endswith(":Deployment") and each.name.endswith("-linkerd-destination")

    (weakened,) = each_weakened(resources, is_destination, weaken)
    assert "mesh-default-denies" in {control for control, _ in refused(weakened)}


def test_every_webhook_fails_closed_and_leaves_out_kube_system_and_what_the_mesh_needs_to_start(
    resources: list[Resource],
) -> None:
    hooks = {
        hook["name"].partition(".")[0]: hook
        for kind in ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
        for each in of_charts(resources, kind)
        for hook in each["webhooks"]
    }
    assert len(hooks) == 3
    for hook in hooks.values():
        assert hook["failurePolicy"] == "Fail"
        assert "caBundle" not in hook["clientConfig"], "cert-manager puts it there"
        assert {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["kube-system"]} in hook[
            "namespaceSelector"
        ]["matchExpressions"]
    injector = hooks.pop("linkerd-proxy-injector")
    assert {"key": "linkerd.io/inject", "operator": "In", "values": ["enabled"]} in injector["namespaceSelector"][
        "matchExpressions"
    ]
    assert not injector["objectSelector"]["matchExpressions"], "no pod leaves the mesh by a label of its own"
    groups = {group for hook in hooks.values() for rule in hook["rules"] for group in rule["apiGroups"]}
    assert groups == {"linkerd.io", "policy.linkerd.io", "gateway.networking.k8s.io"}
    inside = [each for each in resources if each.type.endswith(":Namespace")]
    labelled = {each.name for each in inside if "linkerd.io/inject" in each.props.plain["metadata"]["labels"]}
    assert labelled == {"shop-web", "shop-api"}


def test_in_the_whole_cluster_the_mesh_reads_and_writes_statuses_tokens_and_events_alone(
    resources: list[Resource],
) -> None:
    rights = {
        (resource, verb)
        for role in of_charts(resources, "ClusterRole")
        for rule in role["rules"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }
    written = {resource for resource, verb in rights if verb not in READING}
    statuses = {each for each in written if each.endswith("/status")}
    assert written - statuses == {"tokenreviews", "events"}
    assert not {resource for resource, _ in rights if resource in ("secrets", "configmaps", "leases", "*")}
    (own,) = of_charts(resources, "Role")
    assert own["metadata"]["namespace"] == "platform-mesh"
    assert [(rule["resources"], sorted(rule["verbs"])) for rule in own["rules"]] == [
        # It looks for the credentials of other clusters and doesn't start without; the identities' key lies there too.
        (["secrets"], ["get", "list", "watch"]),
        (["leases"], ["create", "get", "patch", "update"]),
    ]


def test_no_key_and_no_rights_for_the_network_are_in_the_charts(resources: list[Resource]) -> None:
    assert not of_charts(resources, "Secret")
    for each in of_charts(resources, "Deployment"):
        assert each["spec"]["replicas"] == 2
        pod = each["spec"]["template"]["spec"]
        for container in [*pod.get("initContainers", ()), *pod["containers"]]:
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert not of_charts(resources, "CronJob"), "nothing is told to Linkerd's makers"


def test_the_api_server_takes_the_definitions_and_every_policy_and_refuses_what_is_none(
    resources: list[Resource], cluster: Any
) -> None:
    policies = [each.props.plain for each in resources if each.type.startswith("kubernetes:policy.linkerd.io/")]
    namespaces = sorted({each["metadata"]["namespace"] for each in policies})
    with defined(cluster, resources, namespaces):
        for each in policies:
            assert send(cluster, each)["spec"] == each["spec"]
        (server, *_) = [each for each in policies if each["kind"] == "Server"]
        wrong = {**server, "metadata": {"name": "wrong", "namespace": namespaces[0]}}
        with pytest.raises(DynamicApiError):
            send(cluster, {**wrong, "spec": {key: value for key, value in server["spec"].items() if key != "port"}})
    assert {each["kind"] for each in policies} == {"Server", "AuthorizationPolicy", "MeshTLSAuthentication"}
