"""Which objects of a cluster an audit leaves out unless it is asked for them, and why.

What Kubernetes itself puts into a cluster is told apart by more than its name or label: both can be forged by
whoever may write there.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from policies.model import Resource
from policies.objects import EVERYONE

SYSTEM_NAMESPACES = ("kube-node-lease", "kube-public", "kube-system")

_CORE = "kubernetes:core/v1"
_RBAC = "kubernetes:rbac.authorization.k8s.io/v1"
_OWNERS: Mapping[str, tuple[str, ...]] = {
    f"{_CORE}:Pod": (
        "apps/v1 DaemonSet",
        "apps/v1 ReplicaSet",
        "apps/v1 StatefulSet",
        "batch/v1 Job",
        "v1 ReplicationController",
    ),
    "kubernetes:apps/v1:ReplicaSet": ("apps/v1 Deployment",),
    "kubernetes:batch/v1:Job": ("batch/v1 CronJob",),
}
"""The controllers of Kubernetes that make objects of a kind from a template, which is judged in their stead."""
_MADE_BY_KUBERNETES = (
    (f"{_CORE}:Namespace", "default"),
    (f"{_CORE}:Service", "default/kubernetes"),
    (f"{_CORE}:ServiceAccount", "default/default"),
)
_ROLES = ("admin", "cluster-admin", "edit", "view")
_OPEN_ROLES = (
    "system:basic-user",
    "system:cluster-trust-bundle-discovery",
    "system:discovery",
    "system:public-info-viewer",
    "system:service-account-issuer-discovery",
)
"""Roles that Kubernetes binds to everybody: https://kubernetes.io/docs/reference/access-authn-authz/rbac/"""


def owned(resources: Sequence[Resource]) -> set[str]:
    """Return the URNs of objects that a controller made and keeps, where the controller is among the resources."""
    kinds = {
        _metadata(each).get("uid"): f"{each.props.plain['apiVersion']} {each.props.plain['kind']}" for each in resources
    }
    return {each.urn for each in resources if _controller(each, kinds) in _OWNERS.get(each.type, ())}


def _controller(resource: Resource, kinds: Mapping[Any, str]) -> str | None:
    for reference in _metadata(resource).get("ownerReferences") or ():
        if reference.get("controller"):
            return kinds.get(reference.get("uid"))
    return None


def is_system(resource: Resource) -> bool:
    """Return whether Kubernetes itself made the object, or it lies in a system namespace."""
    metadata = _metadata(resource)
    return (
        metadata.get("namespace") in SYSTEM_NAMESPACES
        or (resource.type == f"{_CORE}:Namespace" and resource.name in SYSTEM_NAMESPACES)
        or (resource.type, resource.name) in _MADE_BY_KUBERNETES
        or (resource.type == f"{_CORE}:ConfigMap" and metadata.get("name") == "kube-root-ca.crt")
        or _is_bootstrapped(resource)
    )


def _is_bootstrapped(resource: Resource) -> bool:
    """Return whether the API server made the role or binding at its first start, and nobody was added to it since."""
    labels: Mapping[str, str] = _metadata(resource).get("labels") or {}
    if labels.get("kubernetes.io/bootstrapping") != "rbac-defaults":
        return False
    if resource.type == f"{_RBAC}:ClusterRole":
        return resource.name.startswith("system:") or resource.name in _ROLES
    whole = resource.props.plain
    if resource.type != f"{_RBAC}:ClusterRoleBinding" or whole["roleRef"]["name"] != resource.name:
        return False
    return resource.name in _OPEN_ROLES or all(_is_component(subject) for subject in whole.get("subjects") or ())


def _is_component(subject: Mapping[str, Any]) -> bool:
    """Return whether a subject is a part of Kubernetes, such as its scheduler, and no workload of anybody."""
    name = subject["name"]
    if subject["kind"] == "ServiceAccount":
        return subject.get("namespace") in SYSTEM_NAMESPACES
    return name.startswith("system:") and not name.startswith("system:serviceaccount") and name not in EVERYONE


def _metadata(resource: Resource) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", resource.props.plain.get("metadata", {}))
