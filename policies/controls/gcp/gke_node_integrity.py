"""The integrity of nodes of a GKE cluster is watched."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="The integrity of nodes of a GKE cluster is watched",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER, gcp.NODE_POOL),
    parts=gcp.provisioned_node_configs,
    why=(
        "A node whose boot differs from the known one is reported; without the watch it goes on as if nothing had "
        "happened."
    ),
    fix="Remove shieldedInstanceConfig.enableIntegrityMonitoring, or set it to true.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/shielded-gke-nodes",
)
def check(nodes: Props) -> Iterator[str]:
    if not nodes.read("shieldedInstanceConfig.enableIntegrityMonitoring", provider_default=True):
        yield "shieldedInstanceConfig.enableIntegrityMonitoring must be true"
