"""Which pods would not leave a node, or would be missed, by the rules of the eviction API and of `kubectl drain`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from policies.model import Resource
from policies.objects import selects
from policies.values import entries
from preview.objects import as_list, as_mapping, name_of, namespace_of, plain

from .model import Obstacle, Reason

POD, BUDGET = "kubernetes:core/v1:Pod", "kubernetes:policy/v1:PodDisruptionBudget"
_CONTROLLERS = {
    "ReplicaSet": "kubernetes:apps/v1:ReplicaSet",
    "StatefulSet": "kubernetes:apps/v1:StatefulSet",
    "ReplicationController": "kubernetes:core/v1:ReplicationController",
}
TYPES = (POD, BUDGET, *_CONTROLLERS.values())
"""Kinds that have to be read."""
_MIRROR = "kubernetes.io/config.mirror"
_FINISHED = ("Succeeded", "Failed")


def of(resources: Sequence[Resource]) -> tuple[Obstacle, ...]:
    """Return what stands in the way, by namespace, workload and reason.

    Pods of DaemonSets and of the node itself stay on it, and finished ones are missed by nobody.
    """
    budgets: dict[str, list[Resource]] = {}
    for each in resources:
        if each.type == BUDGET:
            budgets.setdefault(namespace_of(each), []).append(each)
    replicas = {
        (namespace_of(each), kind, name_of(each)): plain(each, "spec").get("replicas", 1)
        for kind, type_ in _CONTROLLERS.items()
        for each in resources
        if each.type == type_
    }
    found: dict[tuple[str, str, Reason, tuple[str, ...]], list[str]] = {}
    for pod in resources:
        if pod.type != POD or not leaves(pod):
            continue
        kind, name = controller_of(pod) or ("Pod", name_of(pod))
        own = [each for each in budgets.get(namespace_of(pod), ()) if covers(each, pod)]
        for reason in (
            *budget_reasons(pod, own),
            *_own_reasons(pod, kind, replicas.get((namespace_of(pod), kind, name))),
        ):
            named = tuple(sorted(name_of(each) for each in own)) if "budget" in reason else ()
            found.setdefault((namespace_of(pod), f"{kind}/{name}", reason, named), []).append(name_of(pod))
    return tuple(
        Obstacle(namespace=namespace, workload=workload, pods=tuple(sorted(pods)), reason=reason, budgets=named)
        for (namespace, workload, reason, named), pods in sorted(found.items())
    )


def leaves(pod: Resource) -> bool:
    """Return whether a drain asks the pod to leave."""
    kind, _ = controller_of(pod) or ("", "")
    annotations = as_mapping(plain(pod, "metadata").get("annotations"))
    return kind != "DaemonSet" and _MIRROR not in annotations and plain(pod, "status").get("phase") not in _FINISHED


def controller_of(pod: Resource) -> tuple[str, str] | None:
    """Return kind and name of what controls the pod."""
    for each in as_list(plain(pod, "metadata").get("ownerReferences")):
        if each.get("controller"):
            return each["kind"], each["name"]
    return None


def covers(budget: Resource, pod: Resource) -> bool:
    """Return whether a budget is about a pod beside it; an empty selector is about all, an absent one about none."""
    selector: Any = plain(budget, "spec").get("selector")
    labels = as_mapping(plain(pod, "metadata").get("labels"))
    return selector is not None and selects(selector, labels)


def budget_reasons(pod: Resource, budgets: Sequence[Resource]) -> Iterator[Reason]:
    """Yield why the eviction API would refuse the pod, in the order in which it looks."""
    metadata, status = plain(pod, "metadata"), plain(pod, "status")
    if status.get("phase") == "Pending" or metadata.get("deletionTimestamp"):
        return  # whoever does not run yet, or leaves already, costs no budget anything
    if len(budgets) > 1:
        yield Reason.SEVERAL_BUDGETS
        return
    for budget in budgets:
        if not _is_ready(status) and _lets_unhealthy_go(budget):
            continue
        told, generation = plain(budget, "status"), plain(budget, "metadata").get("generation", 0)
        if told.get("observedGeneration", 0) < generation:
            yield Reason.BUDGET_STALE
        elif not told.get("disruptionsAllowed"):
            yield Reason.BUDGET_ALLOWS_NONE if _never_allows(budget) else Reason.BUDGET_EXHAUSTED


def _is_ready(status: Mapping[str, Any]) -> bool:
    return any(each["type"] == "Ready" and each["status"] == "True" for each in entries(status.get("conditions")))


def _lets_unhealthy_go(budget: Resource) -> bool:
    """Return whether a pod that isn't ready may go: always, or where enough others are healthy (the default)."""
    if plain(budget, "spec").get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    told = plain(budget, "status")
    desired = told.get("desiredHealthy", 0)
    return desired > 0 and told.get("currentHealthy", 0) >= desired


def _never_allows(budget: Resource) -> bool:
    """Return whether the budget wants as many healthy pods as there are meant to be, or names no number at all."""
    spec, status = plain(budget, "spec"), plain(budget, "status")
    if "maxUnavailable" not in spec and "minAvailable" not in spec:
        return True
    return status.get("desiredHealthy", 0) >= status.get("expectedPods", 0) > 0


def _own_reasons(pod: Resource, kind: str, replicas: Any) -> Iterator[Reason]:
    if kind == "Pod":
        yield Reason.NO_CONTROLLER
    if replicas == 1:
        yield Reason.SINGLE_REPLICA
    if any(_is_local(as_mapping(each)) for each in as_list(plain(pod, "spec").get("volumes"))):
        yield Reason.LOCAL_STORAGE


def _is_local(volume: Mapping[str, Any]) -> bool:
    """Return whether a volume ends with the node; memory ends with every restart, and nobody keeps anything in it."""
    empty: Any = volume.get("emptyDir")
    return "hostPath" in volume or (empty is not None and as_mapping(empty).get("medium") != "Memory")
