"""The system pool of an AKS cluster has a node for each zone."""

from collections.abc import Iterator

from policies import azure
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props

_FEWEST = 3


@control(
    title="The system pool of an AKS cluster has a node for each zone",
    severity=Severity.LOW,
    types=(azure.CLUSTER, azure.NODE_POOL),
    parts=azure.node_pools,
    why="With fewer than three nodes an upgrade or a lost zone takes DNS, metrics and admission with it.",
    fix="Create the node pool through the component, or set minCount (count without autoscaling) to 3 or more.",
    url="https://learn.microsoft.com/azure/aks/use-system-pools",
)
def check(pool: Props) -> Iterator[str]:
    mode = pool.read("mode", provider_default="System" if pool.path else "User")
    if mode != "System":
        raise NotApplicableError("a user pool may be of any size")
    key = "minCount" if pool.read("enableAutoScaling", provider_default=False) else "count"
    if pool.read(key, provider_default=1) < _FEWEST:
        yield f"{key} must be {_FEWEST} or more"
