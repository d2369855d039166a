"""A node pool of a GKE cluster has private addresses only."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A node pool of a GKE cluster has private addresses only",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER, gcp.NODE_POOL),
    parts=gcp.pools,
    why=(
        "A pool may be public although its cluster is private: its nodes are one mistake in a firewall rule away "
        "from everyone."
    ),
    fix="Remove networkConfig.enablePrivateNodes, or set it to true.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/concepts/network-isolation",
)
def check(pool: Props) -> Iterator[str]:
    # absent, the pool does what its cluster says, which gke-nodes-private judges
    if not pool.read("networkConfig.enablePrivateNodes", provider_default=True):
        yield "networkConfig.enablePrivateNodes must be true"
