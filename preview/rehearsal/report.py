"""The rehearsal in few lines for a person, and as plain data for a program."""

import json
from collections.abc import Iterator, Mapping, Sequence

from .model import Effect, Obstacle, Reason

_FEW = 3
_HEADS = {Effect.STOPS: "would stop an upgrade", Effect.INTERRUPTS: "would be interrupted"}
_FIXES: Mapping[Reason, str] = {
    Reason.BUDGET_ALLOWS_NONE: "let the budget allow one: maxUnavailable 1, or more replicas than minAvailable",
    Reason.BUDGET_EXHAUSTED: "make its pods healthy, or set unhealthyPodEvictionPolicy to AlwaysAllow",
    Reason.BUDGET_STALE: "see why the controller manager counts nothing",
    Reason.SEVERAL_BUDGETS: "leave one budget for each pod",
    Reason.NO_CONTROLLER: "run it by a Deployment or a Job",
    Reason.SINGLE_REPLICA: "run two replicas, or accept that it is down for a while",
    Reason.LOCAL_STORAGE: "keep what matters in a PersistentVolumeClaim",
}


def lines(found: Sequence[Obstacle], unread: Mapping[str, str]) -> Iterator[str]:
    """Yield the report line by line."""
    for effect in Effect:
        some = [each for each in found if each.reason.effect is effect]
        workloads = {(each.namespace, each.workload) for each in some}
        yield f"{len(workloads)} workloads {_HEADS[effect]}"
        for each in some:
            budgets = f" ({', '.join(each.budgets)})" if each.budgets else ""
            yield f"  {each.namespace}/{each.workload}: {each.reason}{budgets}, {_pods(each)}; {_FIXES[each.reason]}"
    for kind, reason in unread.items():
        yield f"not read: {kind}: {reason}"


def _pods(obstacle: Obstacle) -> str:
    named = ", ".join(obstacle.pods[:_FEW])
    return named if len(obstacle.pods) <= _FEW else f"{named} and {len(obstacle.pods) - _FEW} more pods"


def as_json(found: Sequence[Obstacle], unread: Mapping[str, str]) -> str:
    """Return the whole as a JSON document."""
    obstacles = [
        {
            "namespace": each.namespace,
            "workload": each.workload,
            "pods": list(each.pods),
            "reason": each.reason.value,
            "effect": each.reason.effect.value,
            "budgets": list(each.budgets),
        }
        for each in found
    ]
    return json.dumps({"obstacles": obstacles, "notRead": dict(unread)}, indent=2) + "\n"
