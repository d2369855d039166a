"""Pods of a GKE cluster reach the metadata server of GKE, not that of the node."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Pods of a GKE cluster reach the metadata server of GKE, not that of the node",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER, gcp.NODE_POOL),
    parts=gcp.node_configs,
    why=(
        "The node's own server gives every pod the token of the node's account and the credentials that the node "
        "joined with."
    ),
    fix="Create the node pool through the component, or set workloadMetadataConfig.mode to GKE_METADATA.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/workload-identity",
)
def check(nodes: Props) -> Iterator[str]:
    if nodes.read("workloadMetadataConfig.mode", provider_default="GCE_METADATA") != "GKE_METADATA":
        yield "workloadMetadataConfig.mode must be GKE_METADATA"
