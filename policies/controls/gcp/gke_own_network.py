"""A GKE cluster has a network and a subnet that were made for it."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="A GKE cluster has a network and a subnet that were made for it",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why="The default network has rules that let in SSH and everything from inside, and a subnet in every region.",
    fix="Choose cluster.network, or name a network and a subnetwork of your own.",
    url="https://docs.cloud.google.com/vpc/docs/vpc#default-network",
)
def check(stack: Stack) -> Iterator[Finding]:
    for cluster in stack.of_type(gcp.CLUSTER):
        for key in ("network", "subnetwork"):
            named = gcp.names(stack, cluster, cluster.props, key, gcp.NETWORK, gcp.SUBNET)
            if not named or str(cluster.props.plain[key]).rsplit("/", 1)[-1] == "default":
                yield Finding(resource=cluster, message=f"{key} must name one of your own, not the default one")
