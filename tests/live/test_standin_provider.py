"""The stand-in provider against a real API server, called as the engine calls it, and under the real engine."""

import uuid

import grpc
import pytest

from tests.live.standin_by_hand import CORE, NETWORKING, RBAC, ByHand
from tests.local.standin_fakes import engine, message

pytestmark = pytest.mark.live

NAMESPACE = "kubernetes:core/v1:Namespace"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
QUOTA = "kubernetes:core/v1:ResourceQuota"
ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role"
BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
SECRET = "kubernetes:core/v1:Secret"
CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
ACCOUNT_PATCH = "kubernetes:core/v1:ServiceAccountPatch"
NONE, SOME = 1, 2  # DiffResponse.changes
LEVEL = "pod-security.kubernetes.io/enforce"


@pytest.fixture(scope="module")
def by_hand(control_plane):
    return ByHand(control_plane.kubeconfig)


@pytest.fixture
def run(control_plane):
    """One run of the engine with a provider of its own. `next_run` starts another one."""
    with engine() as pulumi:
        yield pulumi.configure(kubeconfig=str(control_plane.kubeconfig))


@pytest.fixture
def next_run(control_plane):
    with engine() as pulumi:
        yield pulumi.configure(kubeconfig=str(control_plane.kubeconfig))


@pytest.fixture
def namespace(run, by_hand):
    name = f"standin-{uuid.uuid4().hex[:8]}"
    run.create(NAMESPACE, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    yield name
    by_hand.delete(f"{CORE}/namespaces/{name}")


def _object(api_version, kind, namespace, name, **fields):
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace},
        **fields,
    }


def _deny(namespace):
    spec = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "ingress": [], "egress": []}
    return _object("networking.k8s.io/v1", "NetworkPolicy", namespace, "default-deny", spec=spec)


def _role(namespace):
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
    return _object("rbac.authorization.k8s.io/v1", "Role", namespace, "viewer", rules=rules)


def _binding(namespace, role="viewer"):
    return _object(
        "rbac.authorization.k8s.io/v1",
        "RoleBinding",
        namespace,
        "viewer",
        roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": role},
        subjects=[{"kind": "Group", "name": "developers"}],
    )


def _put_back(run, token, object_id, declared, outputs):
    """Refresh, compare and update as the engine does; return the inputs with the drift that was found."""
    _, drifted, _ = run.read(token, object_id, declared, outputs)
    assert run.diff(token, drifted, declared).changes == SOME, "refresh has not found the change"
    run.update(token, object_id, declared)
    _, inputs, _ = run.read(token, object_id, declared, outputs)
    assert inputs == declared
    return drifted


def test_a_namespace_is_active_when_it_is_created_and_gone_when_it_is_deleted(run, next_run, by_hand):
    name = f"standin-{uuid.uuid4().hex[:8]}"
    declared = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    object_id, outputs = run.create(NAMESPACE, declared)
    assert object_id == name
    assert outputs["status"]["phase"] == "Active"
    next_run.delete(NAMESPACE, object_id, outputs)
    assert not by_hand.has(f"{CORE}/namespaces/{name}")


def test_rules_added_by_hand_to_default_deny_are_found_and_removed(run, namespace, by_hand):
    declared = _deny(namespace)
    object_id, outputs = run.create(POLICY, declared)
    path = f"{NETWORKING}/namespaces/{namespace}/networkpolicies/default-deny"
    by_hand.patch(path, {"spec": {"ingress": [{}], "egress": [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}]}})
    drifted = _put_back(run, POLICY, object_id, declared, outputs)
    assert drifted["spec"]["ingress"] == [{}]
    assert by_hand.get(path)["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_a_rule_added_by_hand_to_a_role_is_found_and_removed(run, namespace, by_hand):
    declared = _role(namespace)
    object_id, outputs = run.create(ROLE, declared)
    path = f"{RBAC}/namespaces/{namespace}/roles/viewer"
    rules = [*declared["rules"], {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
    by_hand.patch(path, {"rules": rules})
    drifted = _put_back(run, ROLE, object_id, declared, outputs)
    assert drifted["rules"] == rules
    assert by_hand.get(path)["rules"] == declared["rules"]


def test_a_subject_added_by_hand_to_a_binding_is_found_and_removed(run, namespace, by_hand):
    declared = _binding(namespace)
    object_id, outputs = run.create(BINDING, declared)
    path = f"{RBAC}/namespaces/{namespace}/rolebindings/viewer"
    by_hand.patch(path, {"subjects": [*declared["subjects"], {"kind": "User", "name": "mallory"}]})
    _put_back(run, BINDING, object_id, declared, outputs)
    assert [subject["name"] for subject in by_hand.get(path)["subjects"]] == ["developers"]


def test_a_binding_made_anew_by_hand_with_another_role_is_replaced(run, next_run, namespace, by_hand):
    declared = _binding(namespace)
    object_id, outputs = run.create(BINDING, declared)
    collection = f"{RBAC}/namespaces/{namespace}/rolebindings"
    by_hand.delete(f"{collection}/viewer")
    by_hand.create(collection, _binding(namespace, role="admin"))
    _, drifted, live = next_run.read(BINDING, object_id, declared, outputs)
    answer = next_run.diff(BINDING, drifted, declared)
    assert list(answer.replaces) == ["roleRef.name"]
    assert answer.deleteBeforeReplace
    next_run.create(BINDING, declared, preview=True)
    next_run.delete(BINDING, object_id, live)
    next_run.create(BINDING, declared)
    assert by_hand.get(f"{collection}/viewer")["roleRef"]["name"] == "viewer"


def test_a_label_of_others_stays_and_a_changed_one_of_ours_is_put_back(run, by_hand, namespace):
    declared = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": namespace, "labels": {LEVEL: "restricted"}},
    }
    outputs = run.update(NAMESPACE, namespace, declared)
    path = f"{CORE}/namespaces/{namespace}"
    by_hand.patch(path, {"metadata": {"labels": {"theirs": "x", LEVEL: "privileged"}}})
    drifted = _put_back(run, NAMESPACE, namespace, declared, outputs)
    assert drifted["metadata"]["labels"] == {LEVEL: "privileged"}
    live = by_hand.get(path)["metadata"]["labels"]
    assert (live["theirs"], live[LEVEL]) == ("x", "restricted")


def test_what_the_server_writes_in_another_form_is_no_drift(run, namespace):
    quota = _object("v1", "ResourceQuota", namespace, "quota", spec={"hard": {"requests.cpu": "1000m"}})
    object_id, outputs = run.create(QUOTA, quota)
    assert outputs["spec"]["hard"] == {"requests.cpu": "1"}
    outputs["metadata"]["resourceVersion"] = "1"  # as if somebody had touched it
    assert run.read(QUOTA, object_id, quota, outputs)[1] == quota


def test_a_quota_has_its_status_when_it_is_created(run, namespace):
    quota = _object("v1", "ResourceQuota", namespace, "quota", spec={"hard": {"pods": "1"}})
    _, outputs = run.create(QUOTA, quota)
    assert outputs["status"]["hard"] == {"pods": "1"}


def test_the_default_account_is_patched_right_after_its_namespace(run, next_run, by_hand):
    for name in [f"standin-{uuid.uuid4().hex[:8]}" for _ in range(10)]:
        run.create(NAMESPACE, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        account = _object("v1", "ServiceAccount", name, "default", automountServiceAccountToken=False)
        object_id, outputs = run.create(ACCOUNT_PATCH, account)
        path = f"{CORE}/namespaces/{name}/serviceaccounts/default"
        assert by_hand.get(path)["automountServiceAccountToken"] is False
        next_run.delete(ACCOUNT_PATCH, object_id, outputs)
        assert "automountServiceAccountToken" not in by_hand.get(path)
        by_hand.delete(f"{CORE}/namespaces/{name}")


def test_an_object_of_somebody_else_is_refused(run, namespace, by_hand):
    theirs = _object("v1", "ConfigMap", namespace, "theirs", data={"a": "1"})
    by_hand.create(f"{CORE}/namespaces/{namespace}/configmaps", theirs)
    with pytest.raises(grpc.RpcError) as error:
        run.create(CONFIG_MAP, theirs)
    assert message(error).startswith(f"ConfigMap {namespace}/theirs: AlreadyExists: ")


def test_an_object_of_a_killed_run_is_taken_over_by_an_upsert_only(run, control_plane, namespace):
    ours = _object("v1", "ConfigMap", namespace, "ours", data={"a": "1"})
    _, first = run.create(CONFIG_MAP, ours)
    with engine() as next_run:
        next_run.configure(kubeconfig=str(control_plane.kubeconfig))
        with pytest.raises(grpc.RpcError) as error:
            next_run.create(CONFIG_MAP, ours)
        assert "AlreadyExists" in message(error)
        next_run.configure(kubeconfig=str(control_plane.kubeconfig), upsertExistingObjects="true")
        _, second = next_run.create(CONFIG_MAP, ours | {"data": {"a": "2"}})
    assert second["metadata"]["uid"] == first["metadata"]["uid"]
    assert second["data"] == {"a": "2"}


def test_upsert_takes_over_an_object_but_no_value_of_somebody_else(control_plane, namespace, by_hand):
    theirs = _object("v1", "ConfigMap", namespace, "theirs", data={"a": "1"})
    by_hand.create(f"{CORE}/namespaces/{namespace}/configmaps", theirs)
    with engine() as upserting:
        upserting.configure(kubeconfig=str(control_plane.kubeconfig), upsertExistingObjects="true")
        with pytest.raises(grpc.RpcError) as error:
            upserting.create(CONFIG_MAP, theirs | {"data": {"a": "2"}})
        assert "data.a is set to another value by kubectl-create" in message(error)
        assert upserting.create(CONFIG_MAP, theirs)[0] == f"{namespace}/theirs"


def test_a_preview_leaves_nothing_behind(run, namespace, by_hand):
    _, outputs = run.create(POLICY, _deny(namespace), preview=True)
    assert outputs["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert not by_hand.has(f"{NETWORKING}/namespaces/{namespace}/networkpolicies/default-deny")


def test_a_preview_in_a_namespace_to_come_returns_the_inputs(run):
    declared = _deny("standin-not-there")
    assert run.create(POLICY, declared, preview=True) == ("", declared)


def test_a_field_that_the_server_does_not_know_is_an_error_in_the_preview(run, namespace):
    declared = _deny(namespace)
    declared["spec"]["ingres"] = []
    with pytest.raises(grpc.RpcError) as error:
        run.create(POLICY, declared, preview=True)
    assert f"NetworkPolicy {namespace}/default-deny: " in message(error)
    assert "ingres" in message(error)
    assert "\n" not in message(error)


def test_no_error_about_a_secret_tells_its_value(run, namespace):
    declared = _object("v1", "Secret", namespace, "s", data={"k": "hunter2!"})
    with pytest.raises(grpc.RpcError) as error:
        run.create(SECRET, declared)
    assert "hunter2" not in message(error)
    assert message(error).startswith(f"Secret {namespace}/s: ")


def test_text_data_of_a_secret_is_no_drift_and_a_changed_value_is(run, namespace, by_hand):
    declared, _ = run.check(SECRET, _object("v1", "Secret", namespace, "s", stringData={"k": "v"}))
    object_id, outputs = run.create(SECRET, declared)
    outputs["metadata"]["resourceVersion"] = "1"  # as if somebody had touched it
    assert run.diff(SECRET, run.read(SECRET, object_id, declared, outputs)[1], declared).changes == NONE
    path = f"{CORE}/namespaces/{namespace}/secrets/s"
    by_hand.patch(path, {"stringData": {"k": "changed"}})
    assert run.diff(SECRET, run.read(SECRET, object_id, declared, outputs)[1], declared).changes == SOME
    run.update(SECRET, object_id, declared)
    assert by_hand.get(path)["data"] == {"k": "dg=="}


def test_a_custom_resource_may_follow_its_definition_in_the_same_run(run, next_run):
    group = f"standin-{uuid.uuid4().hex[:8]}.example.com"
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"widgets.{group}"},
        "spec": {
            "group": group,
            "names": {"kind": "Widget", "plural": "widgets"},
            "scope": "Cluster",
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}],
        },
    }
    definition_token = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"
    widget_token = f"kubernetes:{group}/v1:Widget"
    widget = {"apiVersion": f"{group}/v1", "kind": "Widget", "metadata": {"name": "w"}}
    definition_id, definition_outputs = run.create(definition_token, definition)
    widget_id, widget_outputs = run.create(widget_token, widget)
    assert widget_id == "w"
    next_run.delete(definition_token, definition_id, definition_outputs)
    assert next_run.read(widget_token, widget_id, widget, widget_outputs)[0] == ""
    next_run.delete(widget_token, widget_id, widget_outputs)
