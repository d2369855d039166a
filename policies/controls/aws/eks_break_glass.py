"""Somebody besides the deployer can administer an EKS cluster."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Finding, Severity, Stack

_FEWEST = 2


@control(
    title="Somebody besides the deployer can administer an EKS cluster",
    severity=Severity.HIGH,
    types=(aws.CLUSTER,),
    why="When the pipeline's role is lost or broken, nobody else gets in, and AWS can't help.",
    fix="Name a role in cluster.breakGlass.",
    url="https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html",
)
def check(stack: Stack) -> Iterator[Finding]:
    for cluster in stack.of_type(aws.CLUSTER):
        administrators = {
            each.props.read("principalArn", provider_default=None)
            for each in aws.of_cluster(stack, cluster, aws.ACCESS_POLICY)
            if each.props.read("policyArn", provider_default="").endswith(f"/{aws.ADMINISTRATOR}")
        }
        if len(administrators) < _FEWEST:
            yield Finding(resource=cluster, message="two access entries must administer it, the deployer's and another")
