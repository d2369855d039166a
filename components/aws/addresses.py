"""Where the subnets of a VPC lie: pure functions of its address range."""

import ipaddress
from dataclasses import dataclass

LARGEST, SMALLEST = 16, 21
"""Prefix lengths that a VPC of the toolkit may have; AWS allows none below 16."""


@dataclass(frozen=True, kw_only=True)
class ZonePlan:
    """The subnets of one zone."""

    zone: str
    nodes: str
    """Nodes and their pods: an eighth of the VPC."""
    control_plane: str
    """Interfaces of the control plane and of VPC endpoints: AWS asks for 6 free addresses and suggests 16."""
    public: str
    """NAT gateways and public load balancers; no node."""


def plan(cidr: str, zones: tuple[str, ...]) -> tuple[ZonePlan, ...]:
    """Return the subnets of at most 6 zones.

    The VPC is cut into eighths: one a zone for nodes; the last one into sixteenths, for the small subnets.
    A zone that is appended moves no other.
    """
    network = ipaddress.IPv4Network(cidr)
    eighths = list(network.subnets(prefixlen_diff=3))
    small = list(eighths[-1].subnets(prefixlen_diff=4))
    return tuple(
        ZonePlan(
            zone=zone,
            nodes=str(eighths[index]),
            control_plane=str(small[2 * index]),
            public=str(small[2 * index + 1]),
        )
        for index, zone in enumerate(zones)
    )


def resolver(cidr: str) -> str:
    """Return the address of the VPC's own DNS resolver: the third of its range."""
    return f"{ipaddress.IPv4Network(cidr)[2]}/32"
