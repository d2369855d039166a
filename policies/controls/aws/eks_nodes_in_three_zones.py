"""Nodes of an EKS cluster stand in three zones."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props

_ZONES = 3


@control(
    title="Nodes of an EKS cluster stand in three zones",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(aws.NODE_GROUP,),
    why="With fewer, the loss of a zone takes half of the nodes or all of them.",
    fix="Name three zones in cluster.network, or three subnets in subnetIds.",
    url="https://docs.aws.amazon.com/eks/latest/best-practices/reliability.html",
)
def check(props: Props) -> Iterator[str]:
    if len(props.read("subnetIds", provider_default=[])) < _ZONES:
        yield "subnetIds must name three subnets"
