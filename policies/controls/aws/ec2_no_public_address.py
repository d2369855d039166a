"""Instances have no public address."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Instances have no public address",
    severity=Severity.HIGH,
    types=(aws.LAUNCH_TEMPLATE,),
    why="A node with a public address is one mistake in a security group away from the internet.",
    fix="Remove associatePublicIpAddress, or set it to false.",
    url="https://docs.aws.amazon.com/eks/latest/best-practices/network-security.html",
)
def check(props: Props) -> Iterator[str]:
    for index, each in enumerate(props.read("networkInterfaces", provider_default=[])):
        if aws.is_true(each.read("associatePublicIpAddress", provider_default="false")):
            yield f"networkInterfaces[{index}].associatePublicIpAddress must be false"
