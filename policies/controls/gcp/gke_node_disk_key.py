"""Disks of nodes of a GKE cluster are encrypted with a key of one's own."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="Disks of nodes of a GKE cluster are encrypted with a key of one's own",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER, gcp.NODE_POOL),
    why="Images, logs and what pods write lie on them; with Google's own key nobody can take a copy's worth away.",
    fix=(
        "Create the node pool through the component, or set bootDiskKmsKey (Autopilot: in "
        "clusterAutoscaling.autoProvisioningDefaults)."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/using-cmek",
)
def check(stack: Stack) -> Iterator[Finding]:
    for resource in stack.of_type(gcp.CLUSTER, gcp.NODE_POOL):
        for nodes in gcp.all_node_configs(resource):
            if not gcp.names(stack, resource, nodes, "bootDiskKmsKey", gcp.KEY):
                yield Finding(resource=resource, message=f"{gcp.path(nodes, 'bootDiskKmsKey')} must name a key")
