"""Where the subnets of a virtual network lie: pure functions of its address range."""

import ipaddress
from dataclasses import dataclass

LARGEST, SMALLEST = 12, 23
"""Prefix lengths that a network of the toolkit may have."""
_SMALL = 26
_KEPT = 5
"""Addresses of a subnet that Azure keeps for itself."""
_PER_NODE = 24
"""AKS gives each node a /24 of the range of pods."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The subnets of a virtual network."""

    nodes: str
    """Nodes: one half of the network. Pods have a range of their own, that no network knows."""
    control_plane: str
    """The API server; nothing else may stand in it, and AKS keeps 9 of its addresses."""
    endpoints: str
    """Private endpoints."""
    firewall: str
    """The firewall, which Azure wants in a subnet of at least this size."""


def plan(cidr: str) -> Plan:
    """Return the subnets: the first half for nodes, /26 networks from the second."""
    nodes, rest = ipaddress.IPv4Network(cidr).subnets(prefixlen_diff=1)
    small = rest.subnets(new_prefix=_SMALL)
    return Plan(nodes=str(nodes), control_plane=str(next(small)), endpoints=str(next(small)), firewall=str(next(small)))


def most_nodes(nodes: str, pods: str) -> int:
    """Return for how many nodes the ranges of nodes and of pods have addresses."""
    addresses = ipaddress.IPv4Network(nodes).num_addresses - _KEPT
    return min(addresses, 2 ** max(0, _PER_NODE - ipaddress.IPv4Network(pods).prefixlen))
