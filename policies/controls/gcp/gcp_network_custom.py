"""A network in Google Cloud has the subnets that were made for it only."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A network in Google Cloud has the subnets that were made for it only",
    severity=Severity.MEDIUM,
    types=(gcp.NETWORK,),
    why=(
        "Otherwise it has a subnet in every region of the world, without flow logs, and gets one more with every "
        "region that opens."
    ),
    fix="Create the network through the component, or set autoCreateSubnetworks to false.",
    url="https://docs.cloud.google.com/vpc/docs/vpc#subnet-ranges",
)
def check(props: Props) -> Iterator[str]:
    if props.read("autoCreateSubnetworks", provider_default=True):
        yield "autoCreateSubnetworks must be false"
