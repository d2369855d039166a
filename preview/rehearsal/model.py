"""What there is to say of a pod that has to leave its node."""

from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What an upgrade does with it."""

    STOPS = "stops"
    """The pod isn't let go: the upgrade waits until its time for draining has passed, and fails or ends it by force."""
    INTERRUPTS = "interrupts"
    """The upgrade goes on, and something is down, lost or not there again."""


class Reason(StrEnum):
    """Why. Each names what somebody has to change."""

    BUDGET_ALLOWS_NONE = "budget-allows-none"
    """The budget is such that it never lets a pod go, however healthy all are."""
    BUDGET_EXHAUSTED = "budget-exhausted"
    """The budget lets none go now: too few of its pods are healthy."""
    BUDGET_STALE = "budget-stale"
    """Nobody has counted for the budget since it was changed, so it lets none go."""
    SEVERAL_BUDGETS = "several-budgets"
    """More than one budget selects the pod, which the eviction API refuses."""
    NO_CONTROLLER = "no-controller"
    """Nobody makes the pod again once it is gone; `kubectl drain` refuses it."""
    SINGLE_REPLICA = "single-replica"
    """It is the only one of its controller, so it is down until it runs elsewhere."""
    LOCAL_STORAGE = "local-storage"
    """What lies in its emptyDir or on its node is lost with the node."""

    @property
    def effect(self) -> Effect:
        """What it does to an upgrade."""
        return Effect.STOPS if self in _STOPPING else Effect.INTERRUPTS


_STOPPING = (Reason.BUDGET_ALLOWS_NONE, Reason.BUDGET_EXHAUSTED, Reason.BUDGET_STALE, Reason.SEVERAL_BUDGETS)


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """One reason of the pods of one workload."""

    namespace: str
    workload: str
    """`ReplicaSet/web-6d5f`, what controls the pods; `Pod/x` where nothing does."""
    pods: tuple[str, ...]
    reason: Reason
    budgets: tuple[str, ...] = ()
    """Names of the budgets that it is about."""
