"""Node pools of an AKS cluster grow and shrink by themselves."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="Node pools of an AKS cluster grow and shrink by themselves",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(azure.CLUSTER, azure.NODE_POOL),
    parts=azure.node_pools,
    why=(
        "A pool of fixed size has no room when a zone is lost or an attack makes workloads scale, and nodes that "
        "nobody needs stay to be attacked."
    ),
    fix="Create the node pool through the component, or set enableAutoScaling with minCount and maxCount.",
    url="https://learn.microsoft.com/azure/aks/cluster-autoscaler-overview",
)
def check(pool: Props) -> Iterator[str]:
    if not pool.read("enableAutoScaling", provider_default=False):
        yield "enableAutoScaling must be true"
