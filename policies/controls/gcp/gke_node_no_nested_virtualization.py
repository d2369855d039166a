"""Nodes of a GKE cluster run no machines of their own."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nodes of a GKE cluster run no machines of their own",
    severity=Severity.LOW,
    types=(gcp.CLUSTER, gcp.NODE_POOL),
    parts=gcp.node_configs,
    why="A machine inside a node is seen by no scanner and no policy.",
    fix="Remove advancedMachineFeatures.enableNestedVirtualization.",
    url="https://docs.cloud.google.com/compute/docs/instances/nested-virtualization/overview",
)
def check(nodes: Props) -> Iterator[str]:
    if nodes.read("advancedMachineFeatures.enableNestedVirtualization", provider_default=False):
        yield "advancedMachineFeatures.enableNestedVirtualization must be false"
