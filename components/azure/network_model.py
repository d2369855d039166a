"""What a stack says about the network of an AKS cluster."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from ..cloud import Endpoint, ReachableThrough, private_range
from ..model import Settings
from . import addresses
from .names import last_part, resource_id

SERVICES = (12, 27)
"""Prefixes that AKS takes for the range of Services."""
_PODS = (9, 21)
_ZONE = resource_id("Microsoft.Network/privateDnsZones")
_HOST = r"^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$"

PodRange = Annotated[str, private_range(*_PODS)]
"""Range of pods."""


class Egress(StrEnum):
    """How nodes and pods reach what lies outside the network."""

    NAT_GATEWAY = "nat-gateway"
    """Through a NAT gateway, by the ports that are named; the default."""
    FIREWALL = "firewall"
    """Through a firewall, by names: what AKS itself needs, and the hosts that are named."""
    ISOLATED = "isolated"
    """Not at all: nodes start from copies of AKS's images in the cluster's own registry."""


class _Ranges(Settings):
    """What every network of a cluster says."""

    pod_cidr: PodRange = "10.244.0.0/16"
    """Range of the pods, between /9 and /21; each node takes a /24 of it. The network itself doesn't know it."""
    egress: Egress = Egress.NAT_GATEWAY
    """How nodes and pods reach what lies outside the network. Another one is another cluster where AKS runs the
    nodes."""


class AksOwnNetwork(_Ranges):
    """A virtual network that the toolkit makes: flow logs, no public node, nothing leaves unless a rule allows it."""

    kind: Literal["own"]
    """Where the network comes from."""
    cidr: Annotated[str, private_range(addresses.LARGEST, addresses.SMALLEST)]
    """Address range of the network, between /12 and /23. One half of it is for nodes."""
    egress_ports: tuple[Annotated[int, Field(ge=1, le=65535, strict=True)], ...] = (443,)
    """TCP ports by which nodes and pods leave through a NAT gateway."""
    egress_hosts: tuple[Annotated[str, Field(pattern=_HOST)], ...] = ()
    """Hosts that a firewall lets nodes and pods reach by HTTPS beside those that AKS needs, such as `*.example.org`."""

    @property
    def node_cidr(self) -> str:
        """Return the range of the nodes."""
        return addresses.plan(self.cidr).nodes

    def problems(self, region: str) -> Iterator[str]:
        """Yield what is wrong with the network in a region."""
        del region  # an own network lies in the cluster's
        if self.egress_hosts and self.egress is not Egress.FIREWALL:
            yield f"network: egressHosts is for the egress firewall, but egress is {self.egress}; remove it"


class AksExistingZones(Settings):
    """Private DNS zones that are linked to the network."""

    api_server: str = Field(pattern=_ZONE)
    """Id of the zone of the API server: `private.<region>.azmk8s.io`."""
    registry: str = Field(pattern=_ZONE)
    """Id of the zone `privatelink.azurecr.io`."""
    vault: str = Field(pattern=_ZONE)
    """Id of the zone `privatelink.vaultcore.azure.net`."""


class AksExistingNetwork(_Ranges):
    """A virtual network that somebody else looks after: its routes, security groups, zones and flow logs are theirs."""

    kind: Literal["existing"]
    """Where the network comes from."""
    network: str = Field(pattern=resource_id("Microsoft.Network/virtualNetworks"))
    """Id of the network."""
    cidr: Annotated[str, private_range(8, 28)]
    """Range of the subnet of the nodes."""
    node_subnet: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,78}\w$")
    """Name of the subnet of the nodes. With the egress nat-gateway it has a NAT gateway, with firewall a route."""
    control_plane_subnet: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,78}\w$")
    """Name of the subnet of the API server, delegated to Microsoft.ContainerService/managedClusters."""
    endpoint_subnet: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,78}\w$")
    """Name of the subnet of private endpoints."""
    zones: AksExistingZones
    """Private DNS zones that are linked to the network."""

    @property
    def node_cidr(self) -> str:
        """Return the range of the nodes."""
        return self.cidr

    def problems(self, region: str) -> Iterator[str]:
        """Yield what is wrong with the network in a region."""
        wanted = f"private.{region}.azmk8s.io"
        zone = last_part(self.zones.api_server)
        if zone != wanted and not zone.endswith(f".{wanted}"):
            yield f"network.zones.apiServer: the zone {zone} is not that of the region {region}; it is called {wanted}"
        for key, id_, name in (
            ("registry", self.zones.registry, "privatelink.azurecr.io"),
            ("vault", self.zones.vault, "privatelink.vaultcore.azure.net"),
        ):
            if last_part(id_) != name:
                yield f"network.zones.{key}: the zone is called {last_part(id_)}; it must be {name}"
        names = (self.node_subnet, self.control_plane_subnet, self.endpoint_subnet)
        if len(set(names)) < len(names):
            yield "network: nodeSubnet, controlPlaneSubnet and endpointSubnet are three different subnets"


AksNetwork = Annotated[AksOwnNetwork | AksExistingNetwork, Field(discriminator="kind")]


class AksEndpoint(Endpoint):
    """The API server's endpoint."""

    def _problems(self) -> Iterator[str]:
        yield from super()._problems()
        if self.reachable_through is ReachableThrough.SSM_TUNNEL:
            yield "reachableThrough is ssm-tunnel, which AWS has; name bastion for a tunnel of Azure Bastion"
