"""What the stack files of every cloud have in common: the endpoint, deletion, capacity, address ranges."""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, model_validator

from .model import Settings, raise_all

EVERYBODY = "0.0.0.0/0"
_PRIVATE = tuple(
    ipaddress.IPv4Network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)


def parse_cidr(value: str) -> str:
    """Return an IPv4 network in its usual form; raises `ValueError` that says what to write instead."""
    try:
        return str(ipaddress.IPv4Network(value))
    except ValueError as error:
        hint = ""
        if re.fullmatch(r"[0-9.]+/[0-9]+", value) and "host bits" in str(error):
            hint = f"; did you mean {ipaddress.IPv4Network(value, strict=False)}?"
        raise ValueError(f"use an IPv4 network such as 10.40.0.0/16{hint}") from None


Cidr = Annotated[str, AfterValidator(parse_cidr)]
"""An IPv4 network."""


def is_private(network: ipaddress.IPv4Network) -> bool:
    """Whether a network lies in RFC 1918, or in the range of RFC 6598 that clouds treat alike."""
    return any(network.subnet_of(private) for private in _PRIVATE)


def private_range(shortest: int, longest: int) -> AfterValidator:
    """Return a validator of a private network with a prefix between two lengths."""

    def check(value: str) -> str:
        network = ipaddress.IPv4Network(parse_cidr(value))
        if not is_private(network):
            raise ValueError("use a private range (RFC 1918 or 100.64.0.0/10)")
        if not shortest <= network.prefixlen <= longest:
            raise ValueError(f"use a prefix between /{shortest} and /{longest}")
        return str(network)

    return AfterValidator(check)


def overlaps(ranges: Mapping[str, str]) -> Iterator[str]:
    """Yield each two of the ranges, by their keys in a stack file, that share addresses."""
    named = [(key, ipaddress.IPv4Network(cidr)) for key, cidr in ranges.items()]
    for index, (key, network) in enumerate(named):
        for other, later in named[index + 1 :]:
            if network.overlaps(later):
                yield f"{key} {network} and {other} {later} overlap; choose others"


class EndpointAccess(StrEnum):
    """From where the API server can be reached."""

    PRIVATE = "private"
    """From inside the network only; the default."""
    PUBLIC = "public"
    """From the internet as well, from the named ranges; needs a waiver."""
    DNS = "dns"
    """GKE only: by a name of Google's that IAM opens before the API server hears of it; there is no address."""


class ReachableThrough(StrEnum):
    """How `pulumi up` reaches the API server: what lies inside the cluster needs a way to it."""

    NOTHING_YET = "nothing-yet"
    """Not at all: the first phase, which only speaks to the cloud's API; the default."""
    VPN = "vpn"
    """By a VPN, or a direct line into the network."""
    BASTION = "bastion"
    """By a proxy on a host in the network."""
    SSM_TUNNEL = "ssm-tunnel"
    """By a port that AWS Systems Manager forwards."""
    RUNNER_INSIDE = "runner-inside"
    """The runner of the pipeline is inside the network."""
    INTERNET = "internet"
    """By the public endpoint, or by GKE's name."""


class Endpoint(Settings):
    """The API server's endpoint."""

    _offers: ClassVar[frozenset[EndpointAccess]] = frozenset({EndpointAccess.PRIVATE, EndpointAccess.PUBLIC})
    """What the cloud has."""

    access: EndpointAccess = EndpointAccess.PRIVATE
    """From where it can be reached."""
    public_cidrs: tuple[Cidr, ...] = ()
    """Ranges that may reach a public endpoint; never everybody."""
    reachable_through: ReachableThrough = ReachableThrough.NOTHING_YET
    """How `pulumi up` reaches it."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        raise_all(list(self._problems()))
        return self

    @property
    def reachable(self) -> bool:
        """Whether what lies inside the cluster can be created."""
        return self.reachable_through is not ReachableThrough.NOTHING_YET

    def _problems(self) -> Iterator[str]:
        public = self.access is EndpointAccess.PUBLIC
        if self.access not in self._offers:
            yield f"access is {self.access}, which this cloud doesn't have; choose {' or '.join(sorted(self._offers))}"
        if public and not self.public_cidrs:
            yield "publicCidrs is empty; a public endpoint names the ranges that may reach it"
        if self.public_cidrs and not public:
            yield "publicCidrs is for a public endpoint only; remove it"
        if EVERYBODY in self.public_cidrs:
            yield f"publicCidrs: {EVERYBODY} is the whole internet; name your own ranges"
        if self.reachable_through is ReachableThrough.INTERNET and self.access is EndpointAccess.PRIVATE:
            yield "reachableThrough is internet, but access is private; name another way"


class Deletion(StrEnum):
    """Whether something may be deleted."""

    PROTECTED = "protected"
    """The cloud and Pulumi both refuse; the default."""
    ALLOWED = "allowed"
    """Deletes without a further question; needs a waiver."""


class Capacity(StrEnum):
    """How nodes are bought."""

    ON_DEMAND = "on-demand"
    """They stay until they are replaced; the default."""
    SPOT = "spot"
    """Cheaper; the cloud takes them back within minutes."""


class Cryptography(StrEnum):
    """Cryptographic modules of the nodes' operating system."""

    STANDARD = "standard"
    """Those that the system has; the default."""
    FIPS = "fips"
    """Validated by FIPS 140."""


class Managed(StrEnum):
    """Who switches on a detector of which an account has one."""

    HERE = "here"
    """This stack; the default."""
    ORGANIZATION = "organization"
    """The organization's security team, for all accounts; needs a waiver, as nothing here can see it."""
