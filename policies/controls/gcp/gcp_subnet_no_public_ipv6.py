"""Machines in a subnet have no public IPv6 address."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Machines in a subnet have no public IPv6 address",
    severity=Severity.HIGH,
    types=(gcp.SUBNET,),
    why="With the type EXTERNAL every node has an address on the internet, however private its IPv4 address is.",
    fix="Remove ipv6AccessType, or set it to INTERNAL.",
    url="https://docs.cloud.google.com/vpc/docs/ipv6-support",
)
def check(props: Props) -> Iterator[str]:
    if props.read("ipv6AccessType", provider_default="INTERNAL") == "EXTERNAL":
        yield "ipv6AccessType must not be EXTERNAL"
