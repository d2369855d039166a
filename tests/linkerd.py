"""Who may talk to whom by Linkerd's policies, written from its reference and sources and not from the components.

Stricter than Linkerd where it would choose: two Servers for one port of a pod are an error here.

Sources: https://linkerd.io/2-edge/reference/authorization-policy/
https://github.com/linkerd/linkerd2 policy-controller/k8s/index/src/inbound (index.rs, meshtls_authentication.rs)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.mesh import Workload

Objects = Sequence[Mapping[str, Any]]
DEFAULT = "config.linkerd.io/default-inbound-policy"


class ConflictError(Exception):
    """Linkerd would take the older of two Servers."""


@dataclass(frozen=True)
class Namespaces:
    """Annotations of namespaces, by name."""

    annotations: Mapping[str, Mapping[str, str]]

    def is_meshed(self, name: str) -> bool:
        """Return whether the pods of a namespace are given a proxy."""
        return self.annotations.get(name, {}).get("linkerd.io/inject") in ("enabled", "ingress")

    def default_of(self, name: str) -> str:
        """Return what happens at a port that no Server is about; without an annotation Linkerd's default counts."""
        return self.annotations.get(name, {}).get(DEFAULT, "all-unauthenticated")


def allows(objects: Objects, namespaces: Namespaces, caller: Workload, target: Workload, port: int) -> bool:
    """Return whether the target's proxy accepts a connection of the caller's at a TCP port."""
    if not namespaces.is_meshed(target.namespace):
        return True
    identity = (caller.namespace, caller.account) if namespaces.is_meshed(caller.namespace) else None
    servers = [each for each in objects if each["kind"] == "Server" and _is_about(each, target, port)]
    if len(servers) > 1:
        raise ConflictError(f"{[each['metadata']['name'] for each in servers]} at {port} of {target}")
    if not servers:
        return _by_default(namespaces.default_of(target.namespace), identity)
    (server,) = servers
    return _by_default(server["spec"].get("accessPolicy", "deny"), identity) or any(
        _allows(objects, policy, server, identity) for policy in objects if policy["kind"] == "AuthorizationPolicy"
    )


def _by_default(policy: str, identity: tuple[str, str] | None) -> bool:
    match policy:
        case "deny":
            return False
        case "all-authenticated" | "cluster-authenticated":
            return identity is not None
        case "all-unauthenticated" | "cluster-unauthenticated" | "audit":
            return True
        case _:
            raise ValueError(f"Linkerd knows no {policy}")


def _is_about(server: Mapping[str, Any], target: Workload, port: int) -> bool:
    spec = server["spec"]
    if unknown := spec.keys() - {"podSelector", "port", "proxyProtocol", "accessPolicy"}:
        raise ValueError(f"the model does not know {unknown}")
    selector, labels = spec["podSelector"], dict(target.labels)
    return (
        server["metadata"]["namespace"] == target.namespace
        and spec["port"] == port
        and selector.get("matchLabels", {}).items() <= labels.items()
        and all(_holds(each, labels) for each in selector.get("matchExpressions", []))
    )


def _holds(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    match expression["operator"]:
        case "In":
            return labels.get(expression["key"]) in expression["values"]
        case "NotIn":
            return labels.get(expression["key"]) not in expression["values"]
        case operator:
            raise ValueError(f"the model does not know {operator}")


def _allows(
    objects: Objects, policy: Mapping[str, Any], server: Mapping[str, Any], identity: tuple[str, str] | None
) -> bool:
    """All that a policy requires has to hold; one that requires nothing lets everybody in."""
    namespace, target = server["metadata"]["namespace"], policy["spec"]["targetRef"]
    if policy["metadata"]["namespace"] != namespace:
        return False
    if (target["kind"], target["name"]) not in {("Server", server["metadata"]["name"]), ("Namespace", namespace)}:
        return False
    return all(_holds_for(objects, namespace, each, identity) for each in policy["spec"]["requiredAuthenticationRefs"])


def _holds_for(
    objects: Objects, namespace: str, reference: Mapping[str, str], identity: tuple[str, str] | None
) -> bool:
    if reference["kind"] != "MeshTLSAuthentication":
        raise ValueError(f"the model does not know {reference['kind']}")
    place = (reference.get("namespace", namespace), reference["name"])
    found = [
        each["spec"]
        for each in objects
        if each["kind"] == "MeshTLSAuthentication"
        and (each["metadata"]["namespace"], each["metadata"]["name"]) == place
    ]
    if not found or identity is None:
        return False
    if unknown := found[0].keys() - {"identityRefs"}:
        raise ValueError(f"the model does not know {unknown}")
    return any(_names(each, place[0], identity) for each in found[0]["identityRefs"])


def _names(reference: Mapping[str, str], namespace: str, identity: tuple[str, str]) -> bool:
    match reference["kind"]:
        case "Namespace":
            return identity[0] == reference["name"]
        case "ServiceAccount":
            return identity == (reference.get("namespace", namespace), reference["name"])
        case kind:
            raise ValueError(f"the model does not know {kind}")
