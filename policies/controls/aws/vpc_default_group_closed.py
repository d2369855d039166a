"""The default security group of a network lets nothing through."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="The default security group of a network lets nothing through",
    severity=Severity.MEDIUM,
    types=(aws.NETWORK,),
    why="Whatever names no group gets this one, in which everything may talk to everything.",
    fix="Create the network through the component, or add a DefaultSecurityGroup without rules.",
    url="https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",
)
def check(stack: Stack) -> Iterator[Finding]:
    for network in stack.of_type(aws.NETWORK):
        closed = [
            each
            for each in stack.referring(network, "vpcId", aws.DEFAULT_GROUP)
            if not each.props.read("ingress", provider_default=[])
            and not each.props.read("egress", provider_default=[])
        ]
        if not closed:
            yield Finding(resource=network, message="a DefaultSecurityGroup without rules must close its default group")
