"""Nodes of an AKS cluster have no public address."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nodes of an AKS cluster have no public address",
    severity=Severity.CRITICAL,
    types=(azure.CLUSTER, azure.NODE_POOL),
    parts=azure.node_pools,
    why="A node with a public address can be reached by everyone, and reaches everyone past the chosen egress.",
    fix="Remove enableNodePublicIP and nodePublicIPPrefixID.",
    url="https://learn.microsoft.com/azure/aks/use-node-public-ips",
)
def check(pool: Props) -> Iterator[str]:
    if pool.read("enableNodePublicIP", provider_default=False):
        yield "enableNodePublicIP must not be true"
