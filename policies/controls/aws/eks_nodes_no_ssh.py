"""Nodes of an EKS cluster take no SSH."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nodes of an EKS cluster take no SSH",
    severity=Severity.HIGH,
    types=(aws.NODE_GROUP,),
    why="A key on every node is a way around the API server, its logs and its roles.",
    fix="Remove remoteAccess; name cluster.nodeGroups[].access ssm where sessions are needed.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/create-managed-node-group.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("remoteAccess", provider_default=None) is not None:
        yield "remoteAccess must be absent"
