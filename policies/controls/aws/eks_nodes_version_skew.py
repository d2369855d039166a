"""Nodes of an EKS cluster are at most three minors older than its control plane, and never newer."""

from collections.abc import Iterator

from policies import aws, releases
from policies.control import control
from policies.model import Finding, Resource, Severity, Stack

_OLDEST = 3


def _judge(cluster: Resource, group: Resource) -> Iterator[Finding]:
    control_plane = cluster.props.read("version", provider_default=None)
    nodes = group.props.read("version", provider_default=control_plane)
    if control_plane is None or nodes is None:
        return
    behind = releases.minor(control_plane) - releases.minor(nodes)
    if behind < 0:
        yield Finding(resource=group, message="version must not be newer than the cluster's")
    elif behind > _OLDEST:
        yield Finding(resource=group, message="version must be at most three minors older than the cluster's")


@control(
    title="Nodes of an EKS cluster are at most three minors older than its control plane, and never newer",
    severity=Severity.HIGH,
    types=(aws.NODE_GROUP,),
    why=(
        "Kubernetes supports no other distance: beyond it pods fail to start, and security fixes don't reach the "
        "kubelet."
    ),
    fix="Leave the version to the component, or set the node group's version to the cluster's.",
    url="https://kubernetes.io/releases/version-skew-policy/#kubelet",
)
def check(stack: Stack) -> Iterator[Finding]:
    for cluster in stack.of_type(aws.CLUSTER):
        for group in aws.of_cluster(stack, cluster, aws.NODE_GROUP):
            yield from _judge(cluster, group)
