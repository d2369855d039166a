"""Who may talk to whom by AuthorizationPolicies, written from Istio's reference and not from the components.

Sources: https://istio.io/latest/docs/reference/config/security/authorization-policy/
https://istio.io/latest/docs/ambient/usage/l4-policy/ https://istio.io/latest/docs/ambient/usage/l7-features/
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Workload:
    """Pods of a namespace with labels, that run as a service account."""

    namespace: str
    labels: tuple[tuple[str, str], ...]
    account: str


@dataclass(frozen=True)
class Connection:
    """What the accepting ztunnel knows of a connection through the mesh."""

    principal: str
    namespace: str
    port: int


def allows(
    policies: Iterable[Mapping[str, Any]], caller: Workload, target: Workload, port: int, domain: str = "cluster.local"
) -> bool:
    """Return whether the target's ztunnel accepts a connection of the caller's at a TCP port.

    DENY is looked at first. No ALLOW policy about the target lets everything pass; one lets pass what it matches.
    """
    seen = Connection(f"{domain}/ns/{caller.namespace}/sa/{caller.account}", caller.namespace, port)
    about = [each for each in policies if _is_about(each, target)]
    denied = [each for each in about if each["spec"].get("action", "ALLOW") == "DENY"]
    allowed = [each for each in about if each["spec"].get("action", "ALLOW") == "ALLOW"]
    if any(_matches(each, seen) for each in denied):
        return False
    return not allowed or any(_matches(each, seen) for each in allowed)


def allows_at_gateway(
    policies: Iterable[Mapping[str, Any]],
    caller: Workload,
    gateway: tuple[str, str],
    service: tuple[str, str],
    port: int,
    domain: str = "cluster.local",
) -> bool:
    """Return whether a gateway (namespace and name) passes a caller on to a Service (namespace and name) behind it.

    A gateway knows the policies that name it from its own namespace, and those that name the Service from the
    Service's; a selector means nothing to it.
    """
    seen = Connection(f"{domain}/ns/{caller.namespace}/sa/{caller.account}", caller.namespace, port)
    about = [each for each in policies if {("Gateway", *gateway), ("Service", *service)} & set(_targets(each))]
    denied = [each for each in about if each["spec"].get("action", "ALLOW") == "DENY"]
    allowed = [each for each in about if each["spec"].get("action", "ALLOW") == "ALLOW"]
    if any(_matches(each, seen) for each in denied):
        return False
    return not allowed or any(_matches(each, seen) for each in allowed)


def _targets(policy: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [(ref["kind"], policy["metadata"]["namespace"], ref["name"]) for ref in policy["spec"].get("targetRefs", [])]


def _is_about(policy: Mapping[str, Any], target: Workload) -> bool:
    if _targets(policy):
        return False
    wanted = policy["spec"].get("selector", {}).get("matchLabels", {})
    return policy["metadata"]["namespace"] == target.namespace and wanted.items() <= dict(target.labels).items()


def _matches(policy: Mapping[str, Any], seen: Connection) -> bool:
    return any(_rule_matches(rule, seen) for rule in policy["spec"].get("rules", []))


def _rule_matches(rule: Mapping[str, Any], seen: Connection) -> bool:
    if unknown := rule.keys() - {"from", "to"}:
        raise ValueError(f"the model does not know {unknown}")
    sources = [each["source"] for each in rule.get("from", [])]
    operations = [each["operation"] for each in rule.get("to", [])]
    return (not sources or any(_source_matches(each, seen) for each in sources)) and (
        not operations or any(_operation_matches(each, seen) for each in operations)
    )


def _source_matches(source: Mapping[str, Sequence[str]], seen: Connection) -> bool:
    """All fields that are given must match, each by one of its values."""
    if unknown := source.keys() - {"principals", "namespaces"}:
        raise ValueError(f"the model does not know {unknown}")
    told = {"principals": seen.principal, "namespaces": seen.namespace}
    return all(any(_text_matches(value, told[key]) for value in values) for key, values in source.items())


def _operation_matches(operation: Mapping[str, Sequence[str]], seen: Connection) -> bool:
    if unknown := operation.keys() - {"ports"}:
        raise ValueError(f"ztunnel knows no {unknown}")
    return str(seen.port) in operation["ports"] if "ports" in operation else True


def _text_matches(wanted: str, told: str) -> bool:
    """Exact, prefix (`a*`), suffix (`*a`), or presence (`*`)."""
    if wanted == "*":
        return bool(told)
    if wanted.startswith("*"):
        return told.endswith(wanted[1:])
    if wanted.endswith("*"):
        return told.startswith(wanted[:-1])
    return wanted == told
