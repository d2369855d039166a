"""Nodes of a GKE cluster boot signed software only."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nodes of a GKE cluster boot signed software only",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER, gcp.NODE_POOL),
    parts=gcp.provisioned_node_configs,
    why=(
        "Without it whoever gets root on a node changes its boot loader or kernel, and is still there after the "
        "next boot. GKE turns it on on Autopilot only."
    ),
    fix="Create the node pool through the component, or set shieldedInstanceConfig.enableSecureBoot to true.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/shielded-gke-nodes",
)
def check(nodes: Props) -> Iterator[str]:
    if not nodes.read("shieldedInstanceConfig.enableSecureBoot", provider_default=False):
        yield "shieldedInstanceConfig.enableSecureBoot must be true"
