"""Nodes of a GKE cluster have private addresses only."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nodes of a GKE cluster have private addresses only",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why="By default every node has an address on the internet, one mistake in a firewall rule away from everyone.",
    fix="Create the cluster through the component, or set privateClusterConfig.enablePrivateNodes to true.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("privateClusterConfig.enablePrivateNodes", provider_default=False):
        yield "privateClusterConfig.enablePrivateNodes must be true"
