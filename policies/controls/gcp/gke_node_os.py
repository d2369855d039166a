"""Nodes of a GKE cluster run Container-Optimized OS."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nodes of a GKE cluster run Container-Optimized OS",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER, gcp.NODE_POOL),
    parts=gcp.provisioned_node_configs,
    why=(
        "It has no package manager, a root file system that is read only and verified, and Google patches it; a "
        "general system has all that an intruder needs."
    ),
    fix="Create the node pool through the component, or set imageType to COS_CONTAINERD.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/concepts/node-images",
)
def check(nodes: Props) -> Iterator[str]:
    if nodes.read("imageType", provider_default="COS_CONTAINERD").upper() != "COS_CONTAINERD":
        yield "imageType must be COS_CONTAINERD"
