"""A webhook that is down locks nobody out of the cluster."""

from collections.abc import Iterator, Mapping
from typing import Any

from policies import objects
from policies.control import control
from policies.model import Severity
from policies.values import Props, entries

_LABELS = {"kubernetes.io/metadata.name": "kube-system"}
"""Labels that kube-system has in every cluster."""


@control(
    title="No webhook that fails closed judges Kubernetes' own objects in kube-system",
    severity=Severity.HIGH,
    types=objects.WEBHOOKS,
    why="While it is down, the pods that would bring it back, DNS and network among them, can't be created.",
    fix="Give the webhook a namespaceSelector that leaves kube-system out.",
    url="https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/",
)
def check(props: Props) -> Iterator[str]:
    for number, webhook in enumerate(entries(props.read("webhooks", provider_default=[]))):
        if (
            (webhook.get("failurePolicy") or "Fail") == "Fail"
            and any(_is_built_in(rule) for rule in entries(webhook.get("rules")))
            and _selects(webhook.get("namespaceSelector"), _LABELS)
            and _selects(webhook.get("objectSelector"), {})
        ):
            yield f"webhooks[{number}] fails closed for objects in kube-system"


def _is_built_in(rule: Mapping[str, Any]) -> bool:
    """Return whether a rule is about objects of Kubernetes that lie in namespaces; without rules nothing is judged."""
    if rule.get("scope") == "Cluster":
        return False
    return any("." not in group or group.endswith(".k8s.io") for group in entries(rule.get("apiGroups")))


def _selects(selector: Mapping[str, Any] | None, labels: Mapping[str, str]) -> bool:
    """Return whether a label selector selects what has these labels; an absent one selects everything."""
    if selector is None:
        return True
    wanted: Mapping[str, str] = selector.get("matchLabels") or {}
    return all(labels.get(key) == wanted[key] for key in wanted) and all(
        _holds(each, labels) for each in entries(selector.get("matchExpressions"))
    )


def _holds(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    value, values = labels.get(expression["key"]), entries(expression.get("values"))
    match expression["operator"]:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case _:
            return value is None
