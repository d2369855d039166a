"""A node pool of an AKS cluster is upgraded with nodes to spare, gently."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="A node pool of an AKS cluster is upgraded with nodes to spare, gently",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(azure.CLUSTER, azure.NODE_POOL),
    parts=azure.node_pools,
    why=(
        "Without surge nodes every upgrade takes capacity away, so it is put off; without cordoning a node that "
        "can't be drained blocks all of it; without a soak a bad image reaches every node before anybody sees it."
    ),
    fix=(
        "Choose cluster.upgrades, or set upgradeSettings.maxSurge, undrainableNodeBehavior Cordon and "
        "nodeSoakDurationInMinutes."
    ),
    url="https://learn.microsoft.com/azure/aks/upgrade-options",
)
def check(pool: Props) -> Iterator[str]:
    if pool.read("upgradeSettings.maxSurge", provider_default="10%") in ("0", "0%"):
        yield "upgradeSettings.maxSurge must not be zero"
    if pool.read("upgradeSettings.undrainableNodeBehavior", provider_default="Schedule") != "Cordon":
        yield "upgradeSettings.undrainableNodeBehavior must be Cordon"
    if not pool.read("upgradeSettings.nodeSoakDurationInMinutes", provider_default=0):
        yield "upgradeSettings.nodeSoakDurationInMinutes must be more than zero"
