"""A node pool of a GKE cluster is upgraded with nodes to spare."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="A node pool of a GKE cluster is upgraded with nodes to spare",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.CLUSTER, gcp.NODE_POOL),
    parts=gcp.pools,
    why="Without a node to spare every upgrade takes capacity away, so it is put off.",
    fix=(
        "Choose cluster.upgrades.surge, or set upgradeSettings.maxSurge to one or more and maxUnavailable to 0; "
        "or set strategy to BLUE_GREEN."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/docs/concepts/node-pool-upgrade-strategies",
)
def check(pool: Props) -> Iterator[str]:
    if pool.read("upgradeSettings.strategy", provider_default="SURGE") != "SURGE":
        return
    if pool.read("upgradeSettings.maxSurge", provider_default=1) < 1:
        yield "upgradeSettings.maxSurge must be one or more"
    if pool.read("upgradeSettings.maxUnavailable", provider_default=0) > 0:
        yield "upgradeSettings.maxUnavailable must be 0"
