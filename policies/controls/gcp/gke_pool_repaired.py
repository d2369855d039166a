"""GKE repairs the nodes of a pool."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="GKE repairs the nodes of a pool",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER, gcp.NODE_POOL),
    parts=gcp.provisioned_pools,
    why="A node that reports nothing any more keeps its pods, and whoever broke it.",
    fix="Remove management.autoRepair, or set it to true.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/node-auto-repair",
)
def check(pool: Props) -> Iterator[str]:
    if not pool.read("management.autoRepair", provider_default=True):
        yield "management.autoRepair must be true"
