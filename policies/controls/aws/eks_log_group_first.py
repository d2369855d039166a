"""The log group of an EKS cluster's control plane is there before the cluster."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="The log group of an EKS cluster's control plane is there before the cluster",
    severity=Severity.MEDIUM,
    types=(aws.CLUSTER,),
    why="Made by EKS itself it has no key and is kept for ever, or deleted with nobody noticing.",
    fix="Create the cluster through the component, or declare the log group /aws/eks/<name>/cluster.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html",
)
def check(stack: Stack) -> Iterator[Finding]:
    for cluster in stack.of_type(aws.CLUSTER):
        name = cluster.props.read("name", provider_default=None)
        wanted = f"/aws/eks/{name}/cluster"
        groups = [each.props.read("name", provider_default=None) for each in stack.of_type(aws.LOG_GROUP)]
        if name is None or wanted not in groups:
            yield Finding(resource=cluster, message="the stack must declare the log group /aws/eks/<name>/cluster")
