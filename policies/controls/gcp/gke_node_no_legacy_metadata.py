"""Nodes of a GKE cluster answer no metadata request without its header."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nodes of a GKE cluster answer no metadata request without its header",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER, gcp.NODE_POOL),
    parts=gcp.node_configs,
    why=(
        "The old endpoints answer any request: a web application that can be made to fetch an address gives the "
        "node's credentials away."
    ),
    fix="Set disable-legacy-endpoints to the text true in nodeConfig.metadata.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/protecting-cluster-metadata",
)
def check(nodes: Props) -> Iterator[str]:
    metadata = nodes.read("metadata", provider_default=None)
    if metadata is not None and metadata.read("disable-legacy-endpoints", provider_default="false") != "true":
        yield "metadata.disable-legacy-endpoints must be the text true"
