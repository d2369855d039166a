"""Machines in a subnet reach Google without the internet."""

from collections.abc import Iterator

from policies import gcp
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="Machines in a subnet reach Google without the internet",
    severity=Severity.MEDIUM,
    types=(gcp.SUBNET,),
    why=(
        "Otherwise private nodes reach the registry, the logs and the keys through NAT, or not at all, and egress "
        "can't be closed."
    ),
    fix="Create the network through the component, or set privateIpGoogleAccess to true.",
    url="https://docs.cloud.google.com/vpc/docs/private-google-access",
)
def check(props: Props) -> Iterator[str]:
    if not gcp.holds_machines(props):
        raise NotApplicableError("no machine has an address in it")

    if not props.read("privateIpGoogleAccess", provider_default=False):
        yield "privateIpGoogleAccess must be true"
