"""What a stack says about the network of an EKS cluster."""

import ipaddress
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from ..cloud import Cidr, private_range
from ..model import Settings, raise_all
from . import addresses

_FEWEST_ZONES, _MOST_ZONES = 3, 6


Zone = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$")]
"""An availability zone, such as `eu-central-1a`."""


class Egress(StrEnum):
    """How nodes reach what lies outside the VPC."""

    NAT_GATEWAY = "nat-gateway"
    """Through a NAT gateway in each zone; the default."""
    SINGLE_NAT_GATEWAY = "single-nat-gateway"
    """Through one NAT gateway: cheaper, and gone with its zone."""
    NONE = "none"
    """Not at all: VPC endpoints and the registry's pull-through cache are all that they have."""


class EksOwnNetwork(Settings):
    """A VPC that the toolkit makes: private subnets for nodes, no public node, flow logs, VPC endpoints."""

    kind: Literal["own"]
    """Where the network comes from."""
    cidr: Annotated[str, private_range(addresses.LARGEST, addresses.SMALLEST)]
    """Address range of the VPC, between /16 and /21."""
    zones: tuple[Zone, ...] = Field(min_length=_FEWEST_ZONES, max_length=_MOST_ZONES)
    """Availability zones, at least 3. Append to them only: their order decides the subnets."""
    egress: Egress = Egress.NAT_GATEWAY
    """How nodes reach what lies outside the VPC."""

    @field_validator("zones")
    @classmethod
    def _differ(cls, zones: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(zones)) < len(zones):
            raise ValueError("name each zone once")
        return zones

    @property
    def cidrs(self) -> tuple[str, ...]:
        """Address ranges of the VPC."""
        return (self.cidr,)


class EksExistingSubnet(Settings):
    """A private subnet that is there already."""

    id: str = Field(pattern=r"^subnet-[0-9a-f]{8,17}$")
    """Its id."""
    zone: Zone
    """Its availability zone."""
    cidr: Cidr
    """Its address range."""


class EksExistingNetwork(Settings):
    """A VPC that somebody else looks after: its routes, flow logs and VPC endpoints are theirs."""

    kind: Literal["existing"]
    """Where the network comes from."""
    vpc_id: str = Field(pattern=r"^vpc-[0-9a-f]{8,17}$")
    """Id of the VPC."""
    cidrs: tuple[Cidr, ...] = Field(min_length=1)
    """Address ranges of the VPC."""
    subnets: tuple[EksExistingSubnet, ...] = Field(min_length=_FEWEST_ZONES)
    """Private subnets for nodes and control plane, in at least 3 zones."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        problems: list[str] = []
        ranges = [(each.id, ipaddress.IPv4Network(each.cidr)) for each in self.subnets]
        for index, (name, network) in enumerate(ranges):
            problems += [
                f"{name} and {other} overlap" for other, later in ranges[index + 1 :] if network.overlaps(later)
            ]
            if not any(network.subnet_of(ipaddress.IPv4Network(cidr)) for cidr in self.cidrs):
                problems.append(f"{name} {network} lies outside the cidrs of the VPC")
        if len({each.zone for each in self.subnets}) < _FEWEST_ZONES:
            problems.append(f"subnets: needs {_FEWEST_ZONES} zones, so that the loss of one is survived")
        raise_all(problems)
        return self

    @property
    def zones(self) -> tuple[str, ...]:
        """Availability zones of the subnets."""
        return tuple(dict.fromkeys(each.zone for each in self.subnets))


EksNetwork = Annotated[EksOwnNetwork | EksExistingNetwork, Field(discriminator="kind")]
