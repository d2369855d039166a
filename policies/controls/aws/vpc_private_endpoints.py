"""Nodes reach the services of AWS without leaving the network."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Finding, Severity, Stack

_NEEDED = {"ec2", "ecr.api", "ecr.dkr", "eks-auth", "kms", "logs", "s3", "sts"}


@control(
    title="Nodes reach the services of AWS without leaving the network",
    severity=Severity.MEDIUM,
    types=(aws.NETWORK,),
    why=(
        "What goes through a gateway can be sent anywhere; and without a gateway nodes can't start, Pod Identity "
        "gives no roles."
    ),
    fix="Create the network through the component, or add the VPC endpoints that are named.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html",
)
def check(stack: Stack) -> Iterator[Finding]:
    for network in stack.of_type(aws.NETWORK):
        names = [
            each.props.read("serviceName", provider_default="")
            for each in stack.referring(network, "vpcId", aws.VPC_ENDPOINT)
        ]
        there = {name.split(".", 3)[-1] for name in names}
        for missing in sorted(_NEEDED - there):
            yield Finding(resource=network, message=f"a VPC endpoint must lead to {missing}")
