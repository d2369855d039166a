"""The baseline stays in place: what nobody but the deployers, the control plane and system:masters may change."""

import copy
from typing import Any

import pytest
from kubernetes.client.exceptions import ApiException

from tests.live.admission import Admission, wait

pytestmark = pytest.mark.live

RBAC = "rbac.authorization.k8s.io/v1"
NAME = "protected-shop"
PRIVILEGES = {
    "apiVersion": RBAC,
    "kind": "ClusterRole",
    "metadata": {"name": "admission-test-everything"},
    "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}],
}
TENANT, DEPLOYER = "careless-tenants", "platform-team"
LABELS = {
    "secureclusters.dev/tenant": "protected",
    "pod-security.kubernetes.io/enforce": "restricted",
    "pod-security.kubernetes.io/enforce-version": "latest",
}


def document(version: str, kind: str, name: str, **content: Any) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, **content}


def binding(kind: str, name: str, role: str, *, subject: str = "somebody") -> dict[str, Any]:
    return document(
        RBAC,
        kind,
        name,
        roleRef={"apiGroup": RBAC.partition("/")[0], "kind": "ClusterRole", "name": role},
        subjects=[{"apiGroup": RBAC.partition("/")[0], "kind": "Group", "name": subject}],
    )


def policy(name: str, annotations: dict[str, str] | None = None) -> dict[str, Any]:
    made = document("networking.k8s.io/v1", "NetworkPolicy", name, spec={"podSelector": {}, "policyTypes": ["Ingress"]})
    made["metadata"]["annotations"] = annotations or {}
    return made


QUOTA = document("v1", "ResourceQuota", "quota", spec={"hard": {"pods": "10"}})
LIMITS = document("v1", "LimitRange", "limits", spec={"limits": [{"type": "Pod", "max": {"cpu": "1"}}]})
DEFAULT_DENY = policy("default-deny")
FLOW = policy("allow-from-web", {"secureclusters.dev/intent": "web -> api TCP/8443"})
VIEWER = binding("RoleBinding", "viewer", "secure-clusters-viewer")
NAMESPACE = {**document("v1", "Namespace", NAME), "metadata": {"name": NAME, "labels": LABELS}}


@pytest.fixture(scope="module")
def cluster(control_plane):
    """A namespace as the toolkit makes it, and groups whose rights in the cluster were given by mistake: all."""
    cluster = Admission(control_plane.kubeconfig)
    everything = [
        PRIVILEGES,
        *(
            binding("ClusterRoleBinding", f"admission-test-{group}", PRIVILEGES["metadata"]["name"], subject=group)
            for group in (TENANT, DEPLOYER)
        ),
    ]
    for each in everything:
        assert cluster.send(each, keep=True).admitted
    with cluster.enforcing(controls=[]), cluster.namespace(LABELS, NAME):
        account = document("v1", "ServiceAccount", "default", automountServiceAccountToken=False)
        assert cluster.send(account, NAME, method="PATCH", keep=True).admitted
        for each in (QUOTA, LIMITS, DEFAULT_DENY, FLOW, VIEWER):
            assert cluster.send(each, NAME, keep=True).admitted
        yield cluster
    for each in everything:
        cluster.send(each, method="DELETE", keep=True)


def labelled(**changes: str | None) -> dict[str, Any]:
    keys = {"enforce": "pod-security.kubernetes.io/enforce", "tenant": "secureclusters.dev/tenant", "other": "other"}
    return document("v1", "Namespace", NAME) | {
        "metadata": {"name": NAME, "labels": {keys[key]: value for key, value in changes.items()}}
    }


REFUSED: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "relax a Pod Security label": ("PATCH", labelled(enforce="baseline"), {}),
    "remove a Pod Security label": ("PATCH", labelled(enforce=None), {}),
    "relax a label through the status": ("PATCH", labelled(enforce="privileged"), {"subresource": "status"}),
    "take a namespace out of its tenant": ("PATCH", labelled(tenant=None), {}),
    "delete a tenant's namespace": ("DELETE", NAMESPACE, {}),
    "delete default-deny": ("DELETE", DEFAULT_DENY, {}),
    "open default-deny": ("PATCH", {**DEFAULT_DENY, "spec": {"ingress": [{}]}}, {}),
    "change a declared flow": ("PATCH", {**FLOW, "spec": {"ingress": [{}]}}, {}),
    "edit the quota": ("PATCH", {**QUOTA, "spec": {"hard": {"pods": "1000"}}}, {}),
    "delete the quota": ("DELETE", QUOTA, {}),
    "add a limit range": ("POST", {**LIMITS, "metadata": {"name": "more"}}, {}),
    "delete the limit range": ("DELETE", LIMITS, {}),
    "bind cluster-admin": ("POST", binding("RoleBinding", "mine", "cluster-admin"), {}),
    "bind the emergency role": ("POST", binding("RoleBinding", "mine", "secure-clusters-break-glass"), {}),
    "bind a ready role to everybody": (
        "POST",
        binding("RoleBinding", "mine", "secure-clusters-viewer", subject="system:authenticated"),
        {},
    ),
    "join a ready role": ("PATCH", {**VIEWER, "subjects": []}, {}),
    "bind rights in the whole cluster": ("POST", binding("ClusterRoleBinding", "mine", "view"), {}),
    "write a role that escalates": (
        "POST",
        document(
            RBAC,
            "Role",
            "mine",
            rules=[{"apiGroups": [RBAC.partition("/")[0]], "resources": ["roles"], "verbs": ["escalate"]}],
        ),
        {},
    ),
    "write a ready role": ("POST", {**PRIVILEGES, "metadata": {"name": "secure-clusters-viewer"}, "rules": []}, {}),
    "give the default account a token": (
        "PATCH",
        document("v1", "ServiceAccount", "default", automountServiceAccountToken=True),
        {},
    ),
    "delete the default account": ("DELETE", document("v1", "ServiceAccount", "default"), {}),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_tenant_can_not(cluster, what):
    method, sent, how = REFUSED[what]
    answer = cluster.send(sent, NAME, method=method, groups=[TENANT], **how)
    assert answer.denied_by_policy, answer
    assert "secure-clusters-protection-" in answer.message


@pytest.mark.parametrize("what", REFUSED)
def test_a_deployer_can(cluster, what):
    method, sent, how = REFUSED[what]
    answer = cluster.send(sent, NAME, method=method, groups=[DEPLOYER], **how)
    assert answer.admitted, answer


ALLOWED: dict[str, tuple[str, dict[str, Any]]] = {
    "label its namespace otherwise": ("PATCH", labelled(other="value")),
    "add a network policy of its own": ("POST", policy("mine")),
    "bind a ready role": ("POST", binding("RoleBinding", "mine", "secure-clusters-developer")),
    "write a role": (
        "POST",
        document(RBAC, "Role", "mine", rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]),
    ),
    "write a service account": ("POST", document("v1", "ServiceAccount", "mine")),
    "write configuration": ("POST", document("v1", "ConfigMap", "mine")),
}


@pytest.mark.parametrize("what", ALLOWED)
def test_a_tenant_can_still(cluster, what):
    method, sent = ALLOWED[what]
    answer = cluster.send(sent, NAME, method=method, groups=[TENANT])
    assert answer.admitted, answer


def test_a_whole_collection_can_not_be_deleted_either(cluster):
    api = cluster.networking_as(TENANT)
    with pytest.raises(ApiException) as refusal:
        api.delete_collection_namespaced_network_policy(NAME)
    assert "protected-network-policies" in str(refusal.value.body)
    assert cluster.send(DEFAULT_DENY, NAME, method="PATCH").admitted


def test_quotas_outside_tenants_namespaces_are_their_owners_affair(cluster):
    with cluster.namespace() as other:
        assert cluster.send(QUOTA, other, groups=[TENANT]).admitted


def test_a_namespace_with_all_that_is_protected_can_be_deleted_whole(cluster):
    name = "protected-going"
    with cluster.namespace(LABELS, name):
        for each in (QUOTA, LIMITS, DEFAULT_DENY, FLOW, VIEWER):
            assert cluster.send(copy.deepcopy(each), name, keep=True).admitted
    wait(lambda: name not in {each.metadata.name for each in cluster.core.list_namespace().items})
