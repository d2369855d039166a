"""Nodes of a GKE cluster have no kubelet port without credentials."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nodes of a GKE cluster have no kubelet port without credentials",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER, gcp.NODE_POOL),
    parts=gcp.node_configs,
    why=(
        "On port 10255 every pod, and everything else in the network, reads what runs on the node, with its "
        "environment."
    ),
    fix="Create the node pool through the component, or set kubeletConfig.insecureKubeletReadonlyPortEnabled to FALSE.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/disable-kubelet-readonly-port",
)
def check(nodes: Props) -> Iterator[str]:
    if nodes.read("kubeletConfig.insecureKubeletReadonlyPortEnabled", provider_default="TRUE").upper() != "FALSE":
        yield "kubeletConfig.insecureKubeletReadonlyPortEnabled must be FALSE"
