"""No port of a node of an AKS cluster is opened to its network."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="No port of a node of an AKS cluster is opened to its network",
    severity=Severity.HIGH,
    types=(azure.CLUSTER, azure.NODE_POOL),
    parts=azure.node_pools,
    why="Ports listed here are opened on the nodes themselves, past NetworkPolicies and services.",
    fix="Remove networkProfile.allowedHostPorts; publish workloads through a gateway.",
    url="https://learn.microsoft.com/azure/aks/use-node-public-ips#allow-host-port-connections-and-add-node-pools-to-application-security-groups",
)
def check(pool: Props) -> Iterator[str]:
    if pool.read("networkProfile.allowedHostPorts", provider_default=[]):
        yield "networkProfile.allowedHostPorts must be empty"
