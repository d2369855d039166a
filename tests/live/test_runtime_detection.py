"""On a real API server: the response is held to what was chosen, and the audit log tells what the detections say."""

import json
import ssl
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from kubernetes import client
from kubernetes.client.exceptions import ApiException

from components.naming import cluster_role_name
from components.platform import detections, talon
from components.platform.talon import Response
from components.tenancy.network_policy import ISOLATED
from tests.falco_conditions import Rules, audit_fields
from tests.live.admission import NOT_ENFORCING, Admission, wait
from tests.live.cluster import pod

pytestmark = pytest.mark.live

EVENTS = "platform-runtime-events"
ACCOUNT = f"system:serviceaccount:{EVENTS}:{talon.CHART}"
TENANT = {**NOT_ENFORCING, "secureclusters.dev/tenant": "shop"}
PLATFORM = {**NOT_ENFORCING, "secureclusters.dev/tenant": "platform"}
ADMIN = "response-test-admin"


@pytest.fixture(scope="module")
def answering(cluster: Admission) -> Iterator[client.CoreV1Api]:
    """Talon's account with every right in the cluster: what holds it here are its limits alone."""
    group = "rbac.authorization.k8s.io"
    binding: Any = {
        "metadata": {"name": ADMIN},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"kind": "ServiceAccount", "name": talon.CHART, "namespace": EVENTS}],
    }
    rbac = client.RbacAuthorizationV1Api(cluster.api)
    rbac.create_cluster_role_binding(binding)
    api = client.ApiClient(cluster.api.configuration)
    api.set_default_header("Impersonate-User", ACCOUNT)
    yield client.CoreV1Api(api)
    rbac.delete_cluster_role_binding(ADMIN)


@pytest.fixture
def held(cluster: Admission, answering: client.CoreV1Api, request: pytest.FixtureRequest) -> Iterator[client.CoreV1Api]:
    """The account once the limits of a response are in force."""
    documents = talon.limits(EVENTS, request.param)
    cluster.apply(documents)
    config_map: Any = {"metadata": {"name": f"probe-{uuid.uuid4().hex[:8]}"}}

    def refused() -> bool:
        try:
            answering.create_namespaced_config_map("default", config_map, dry_run="All")
        except ApiException as error:
            return error.status == 422 and str(request.param) in str(error.body)
        return False

    wait(refused)
    yield answering
    policies = client.AdmissionregistrationV1Api(cluster.api)
    policies.delete_validating_admission_policy_binding(talon.LIMITS)
    policies.delete_validating_admission_policy(talon.LIMITS)


def isolate(api: client.CoreV1Api, name: str, namespace: str, **more: Any) -> str:
    """What Talon sends: a JSON patch that replaces a label which is not there; returns what it was answered."""
    path = f"/metadata/labels/{ISOLATED.replace('/', '~1')}"
    patch = [{"op": "replace", "path": path, "value": "runtime-detection"}, *more.get("also", [])]
    return answered(lambda: api.patch_namespaced_pod(name, namespace, patch))


def end(api: client.CoreV1Api, name: str, namespace: str) -> str:
    return answered(lambda: api.delete_namespaced_pod(name, namespace, grace_period_seconds=0))


def answered(call: Any) -> str:
    """What a request was answered: done, refused by the limits, or something else in its own words."""
    try:
        call()
    except ApiException as error:
        told = str(error.body)
        return "refused" if f"ValidatingAdmissionPolicy '{talon.LIMITS}'" in told else told
    return "done"


def make_pod(cluster: Admission, namespace: str) -> str:
    body: Any = pod()
    body["metadata"]["labels"] = {"app": "web"}
    return cluster.core.create_namespaced_pod(namespace, body).metadata.name


@pytest.mark.parametrize(
    ("held", "isolates", "ends"),
    [
        (Response.OBSERVE, "refused", "refused"),
        (Response.ISOLATE, "done", "refused"),
        (Response.TERMINATE, "done", "done"),
    ],
    indirect=["held"],
    ids=str,
)
def test_a_tenants_pod_is_answered_as_was_chosen(
    cluster: Admission, held: client.CoreV1Api, isolates: str, ends: str
) -> None:
    with cluster.namespace(TENANT) as namespace:
        name = make_pod(cluster, namespace)
        assert isolate(held, name, namespace) == isolates
        labels = cluster.core.read_namespaced_pod(name, namespace).metadata.labels
        assert (ISOLATED in labels) is (isolates == "done")
        assert end(held, name, namespace) == ends


@pytest.mark.parametrize("held", [Response.TERMINATE], indirect=True, ids=str)
def test_whoever_holds_the_response_touches_neither_kubernetes_nor_the_platform(
    cluster: Admission, held: client.CoreV1Api
) -> None:
    with cluster.namespace(PLATFORM) as platform, cluster.namespace(NOT_ENFORCING) as foreign:
        for namespace in (platform, foreign):
            name = make_pod(cluster, namespace)
            assert isolate(held, name, namespace) == "refused"
            assert end(held, name, namespace) == "refused"
        assert answered(lambda: held.delete_namespace(foreign)) == "refused"
    assert answered(lambda: held.delete_namespaced_service_account("default", "kube-system")) == "refused"
    assert answered(lambda: held.create_namespace({"metadata": {"name": "x"}})) == "refused"


@pytest.mark.parametrize("held", [Response.TERMINATE], indirect=True, ids=str)
def test_of_a_pod_it_changes_the_one_label_alone(cluster: Admission, held: client.CoreV1Api) -> None:
    image = {"op": "replace", "path": "/spec/containers/0/image", "value": "registry.example/other:1"}
    label = {"op": "replace", "path": "/metadata/labels/app", "value": "admin"}
    gone = {"op": "remove", "path": "/metadata/labels/app"}
    note = {"op": "add", "path": "/metadata/annotations", "value": {"a": "b"}}
    with cluster.namespace(TENANT) as namespace:
        name = make_pod(cluster, namespace)
        for change in (image, label, gone, note):
            assert isolate(held, name, namespace, also=[change]) == "refused", change
        assert answered(lambda: held.create_namespaced_pod(namespace, pod())) == "refused"
        secret: Any = {"metadata": {"name": "x"}}
        assert answered(lambda: held.create_namespaced_secret(namespace, secret)) == "refused"
        assert isolate(held, name, namespace) == "done"


@pytest.mark.parametrize("held", [Response.OBSERVE], indirect=True, ids=str)
def test_nobody_else_waits_for_the_limits_and_what_it_records_is_let_through(
    cluster: Admission, held: client.CoreV1Api
) -> None:
    with cluster.namespace(TENANT) as namespace:
        name = make_pod(cluster, namespace)
        event: Any = {
            "metadata": {"generateName": "talon-"},
            "involvedObject": {"kind": "Pod", "namespace": namespace, "name": name},
        }
        assert held.create_namespaced_event(namespace, event).metadata.name
        assert end(cluster.core, name, namespace) == "done"


def test_the_limits_leave_nothing_behind(cluster: Admission) -> None:
    policies = client.AdmissionregistrationV1Api(cluster.api)
    assert talon.LIMITS not in {each.metadata.name for each in policies.list_validating_admission_policy().items}
    bound = policies.list_validating_admission_policy_binding().items
    assert talon.LIMITS not in {each.metadata.name for each in bound}


def test_the_audit_log_of_a_real_api_server_tells_what_the_detections_say(
    cluster: Admission, control_plane: Any
) -> None:
    """Shell, anonymous call, emergency, administrator, guard rail, secrets, impersonation: each once, each found."""
    since = control_plane.workspace.logs / "audit.log"
    offset = since.stat().st_size
    run = uuid.uuid4().hex[:8]
    with cluster.namespace(TENANT) as namespace:
        name = make_pod(cluster, namespace)
        try_to(lambda: cluster.core.connect_get_namespaced_pod_exec(name, namespace, command=["id"]))
        anonymous(cluster)
        use_break_glass(cluster, namespace, run)
        make_administrator(cluster, run)
        networking = client.NetworkingV1Api(cluster.api)
        networking.create_namespaced_network_policy(namespace, {"metadata": {"name": run}, "spec": {"podSelector": {}}})
        networking.delete_namespaced_network_policy(run, namespace)
        cluster.core.list_secret_for_all_namespaces()
        cluster.core.delete_collection_namespaced_event(namespace)
    wanted = set(detections.names(detections.AUDIT_LOG)) - {"Anonymous request allowed"}
    rules = Rules.of(detections.read(detections.AUDIT_LOG))
    found: set[str] = set()
    deadline = time.monotonic() + 30
    while not wanted <= found and time.monotonic() < deadline:
        with since.open("rb") as log:
            log.seek(offset)
            lines = log.read().decode().splitlines()
        found = {
            rule for line in lines if line.endswith("}") for rule in rules.matching(audit_fields(json.loads(line)))
        }
        time.sleep(0.5)
    assert found == wanted, "and nobody without a name was let in"


def try_to(call: Any) -> None:
    """Ask for what can't be: there is no kubelet. That it was asked is what counts."""
    try:
        call()
    except ApiException:
        return


def anonymous(cluster: Admission) -> None:
    """Ask for secrets without any credential."""
    trusted = ssl.create_default_context(cafile=cluster.api.configuration.ssl_ca_cert)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{cluster.api.configuration.host}/api/v1/secrets", context=trusted)  # noqa: S310
    assert refused.value.code in (401, 403)


def use_break_glass(cluster: Admission, namespace: str, run: str) -> None:
    rbac = client.RbacAuthorizationV1Api(cluster.api)
    group = "rbac.authorization.k8s.io"
    role = cluster_role_name("break-glass")
    rule: Any = {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["list"]}
    made = not any(each.metadata.name == role for each in rbac.list_cluster_role().items)
    if made:
        rbac.create_cluster_role({"metadata": {"name": role}, "rules": [rule]})
    binding: Any = {
        "metadata": {"name": run},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": group, "kind": "Group", "name": run}],
    }
    rbac.create_namespaced_role_binding(namespace, binding)
    api = client.ApiClient(cluster.api.configuration)
    api.set_default_header("Impersonate-User", "somebody")
    api.set_default_header("Impersonate-Group", run)

    def let_in() -> bool:
        try:
            client.CoreV1Api(api).list_namespaced_config_map(namespace)
        except ApiException:
            return False
        return True

    wait(let_in)
    if made:
        rbac.delete_cluster_role(role)


def make_administrator(cluster: Admission, run: str) -> None:
    group = "rbac.authorization.k8s.io"
    binding: Any = {
        "metadata": {"name": run},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": group, "kind": "Group", "name": run}],
    }
    rbac = client.RbacAuthorizationV1Api(cluster.api)
    rbac.create_cluster_role_binding(binding)
    rbac.delete_cluster_role_binding(run)
