"""Kubernetes objects as recorded resources, for tests that look at many of them together."""

from typing import Any

from policies.model import Resource
from policies.values import Props

GROUPS = {
    "Namespace": "core/v1",
    "Pod": "core/v1",
    "Service": "core/v1",
    "Deployment": "apps/v1",
    "CronJob": "batch/v1",
    "NetworkPolicy": "networking.k8s.io/v1",
    "Ingress": "networking.k8s.io/v1",
    "Gateway": "gateway.networking.k8s.io/v1",
    "HTTPRoute": "gateway.networking.k8s.io/v1",
    **dict.fromkeys(("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"), "rbac.authorization.k8s.io/v1"),
    "ServiceAccount": "core/v1",
}


def resource(kind: str, name: str, namespace: str | None = None, /, **fields: Any) -> Resource:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {}), **fields.pop("metadata", {})}
    return raw(f"kubernetes:{GROUPS[kind]}:{kind}", f"{namespace or ''}/{name}", {"metadata": metadata, **fields})


def raw(type_: str, name: str, props: dict[str, Any]) -> Resource:
    return Resource(urn=f"urn:pulumi:test::secure-clusters::{type_}::{name}", type=type_, name=name, props=Props(props))


def namespace(name: str, **labels: str) -> Resource:
    return resource("Namespace", name, metadata={"labels": labels})


def pod(
    namespace: str,
    name: str,
    labels: dict[str, str] | None = None,
    *,
    ports: list[dict[str, Any]] | None = None,
    ip: str | None = None,
    **spec: Any,
) -> Resource:
    containers = [{"name": "app", "image": "app", "ports": ports or []}]
    return resource(
        "Pod",
        name,
        namespace,
        metadata={"labels": labels or {}},
        spec={"containers": containers, **spec},
        **({"status": {"podIP": ip}} if ip else {}),
    )


def policy(namespace: str, name: str, **spec: Any) -> Resource:
    return resource("NetworkPolicy", name, namespace, spec={"podSelector": {}, **spec})
