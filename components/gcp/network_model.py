"""What a stack says about the network of a GKE cluster."""

import ipaddress
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from ..cloud import EVERYBODY, Cidr, Endpoint, EndpointAccess, ReachableThrough, private_range
from ..model import Settings

_NODES = (16, 26)
_PODS = (9, 21)
SERVICES = (16, 27)
"""Prefixes that GKE takes for the range of Services."""
_PER_NODE = 24
"""GKE sets a /24 aside for each node, twice its 110 pods: an address is not used again at once."""


NodeRange = Annotated[str, private_range(*_NODES)]
"""Range of nodes and of the control plane's private address."""
PodRange = Annotated[str, private_range(*_PODS)]
"""Range of pods."""


class Egress(StrEnum):
    """How nodes and pods reach what lies outside the network. Google's own services they reach without it."""

    NAT = "nat"
    """Through Cloud NAT, by the ports that are named; the default."""
    NONE = "none"
    """Not at all: Google's services and the registry's copies are all that they have."""


class _Ranges(Settings):
    """Ranges that every network of a cluster has."""

    cidr: NodeRange
    """Range of the nodes, between /16 and /26."""
    pod_cidr: PodRange
    """Range of the pods, between /9 and /21; each node takes a /24 of it."""

    @property
    def most_nodes(self) -> int:
        """Return for how many nodes there are addresses; Google keeps four of a range, the control plane one."""
        nodes = ipaddress.IPv4Network(self.cidr).num_addresses - 5
        return min(nodes, 2 ** (_PER_NODE - ipaddress.IPv4Network(self.pod_cidr).prefixlen))


class GkeOwnNetwork(_Ranges):
    """A VPC that the toolkit makes: flow logs, no public node, nothing leaves unless a rule allows it."""

    kind: Literal["own"]
    """Where the network comes from."""
    egress: Egress = Egress.NAT
    """How nodes and pods reach what lies outside the network."""
    egress_ports: tuple[Annotated[int, Field(ge=1, le=65535, strict=True)], ...] = (443,)
    """TCP ports on which they do."""


class GkeExistingNetwork(_Ranges):
    """A VPC that somebody else looks after: its routes, firewall rules and flow logs are theirs."""

    kind: Literal["existing"]
    """Where the network comes from."""
    network: str = Field(pattern=r"^projects/[a-z0-9-]+/global/networks/[a-z0-9-]+$")
    """Its name: `projects/<project>/global/networks/<name>`."""
    subnetwork: str = Field(pattern=r"^projects/[a-z0-9-]+/regions/[a-z0-9-]+/subnetworks/[a-z0-9-]+$")
    """Subnet of the nodes: `projects/<project>/regions/<region>/subnetworks/<name>`."""
    pod_range: str = Field(pattern=r"^[a-z][a-z0-9-]{0,62}$")
    """Name of the subnet's secondary range for pods."""
    service_range: str = Field(pattern=r"^[a-z][a-z0-9-]{0,62}$")
    """Name of the subnet's secondary range for Services."""

    @model_validator(mode="after")
    def _is_of_ones_own(self) -> Self:
        if self.network.endswith("/default"):
            raise ValueError("the network default lets in SSH and everything from inside; name one of your own")
        return self


GkeNetwork = Annotated[GkeOwnNetwork | GkeExistingNetwork, Field(discriminator="kind")]


class GkeEndpoint(Endpoint):
    """The API server's endpoint."""

    _offers: ClassVar[frozenset[EndpointAccess]] = frozenset(EndpointAccess)

    private_cidrs: tuple[Cidr, ...] = ()
    """Ranges inside the network that may reach the address beside nodes and pods: a VPN's, a runner's subnet."""

    def _problems(self) -> Iterator[str]:
        yield from super()._problems()
        if self.reachable_through is ReachableThrough.SSM_TUNNEL:
            yield "reachableThrough is ssm-tunnel, which AWS has; name bastion for a tunnel of IAP"
        if EVERYBODY in self.private_cidrs:
            yield f"privateCidrs: {EVERYBODY} is every network that is joined to this one; name your own ranges"
        if self.access is EndpointAccess.DNS and self.private_cidrs:
            yield "privateCidrs is for an endpoint with an address; with access dns there is none, remove it"
