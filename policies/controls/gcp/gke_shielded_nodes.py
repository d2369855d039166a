"""Nodes of a GKE cluster prove who they are when they join."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nodes of a GKE cluster prove who they are when they join",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why=(
        "Without it whoever steals the bootstrap credentials of a node joins as any node, and reads the Secrets "
        "of its pods."
    ),
    fix="Remove enableShieldedNodes, or set it to true.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/shielded-gke-nodes",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("enableShieldedNodes", provider_default=True):
        yield "enableShieldedNodes must be true"
