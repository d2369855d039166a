"""The role of nodes may join the cluster and pull images, nothing else."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Finding, Severity, Stack

_NEEDED = (
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEKSWorkerNodeMinimalPolicy",
    "AmazonEKSWorkerNodePolicy",
    "AmazonSSMManagedInstanceCore",
)


@control(
    title="The role of nodes may join the cluster and pull images, nothing else",
    severity=Severity.HIGH,
    types=(aws.ATTACHMENT,),
    why="Every pod that breaks out has the node's role, and the network's or a workload's rights with it.",
    fix="Create nodes through the component; give workloads roles of their own in identities.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html",
)
def check(stack: Stack) -> Iterator[Finding]:
    nodes = {
        role.props.read("name", provider_default=None)
        for role in stack.of_type(aws.ROLE)
        for statement in aws.statements(role.props, "assumeRolePolicy")
        if ("Service", "ec2.amazonaws.com") in aws.principals(statement)
    }
    for attachment in stack.of_type(aws.ATTACHMENT):
        policy = attachment.props.read("policyArn", provider_default="").rpartition("/")[2]
        if attachment.props.read("role", provider_default=None) in nodes and policy not in _NEEDED:
            yield Finding(resource=attachment, message="policyArn must be one that nodes need")
