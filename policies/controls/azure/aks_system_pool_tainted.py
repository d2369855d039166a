"""The system pool of an AKS cluster runs nothing but the system."""

from collections.abc import Iterator

from policies import azure
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props

_TAINT = "CriticalAddonsOnly=true:NoSchedule"


@control(
    title="The system pool of an AKS cluster runs nothing but the system",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER, azure.NODE_POOL),
    parts=azure.node_pools,
    why=(
        "A tenant's pod beside the cluster's own DNS and metrics can starve them, and is one flaw away from their "
        "tokens."
    ),
    fix=(
        "Create the node pool through the component, or add the taint CriticalAddonsOnly=true:NoSchedule to nodeTaints."
    ),
    url="https://learn.microsoft.com/azure/aks/use-system-pools",
)
def check(pool: Props) -> Iterator[str]:
    # a pool of its own is a user pool where nothing is said; the first one inside a cluster must be a system pool
    mode = pool.read("mode", provider_default="System" if pool.path else "User")
    if mode != "System":
        raise NotApplicableError("a user pool runs workloads")
    if _TAINT not in pool.read("nodeTaints", provider_default=[]):
        yield f"nodeTaints must hold {_TAINT}"
