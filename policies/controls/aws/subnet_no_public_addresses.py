"""No subnet gives public addresses."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="No subnet gives public addresses",
    severity=Severity.HIGH,
    types=(aws.SUBNET,),
    why="A node or load balancer that nobody meant to expose is exposed by where it lies.",
    fix="Create the network through the component, or leave mapPublicIpOnLaunch out.",
    url="https://docs.aws.amazon.com/eks/latest/best-practices/subnets.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("mapPublicIpOnLaunch", provider_default=False):
        yield "mapPublicIpOnLaunch must be false"
