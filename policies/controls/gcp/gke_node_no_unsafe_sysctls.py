"""Pods of a GKE cluster set no unsafe kernel parameter."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Pods of a GKE cluster set no unsafe kernel parameter",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER, gcp.NODE_POOL),
    parts=gcp.node_configs,
    why="An unsafe parameter is shared by all pods of a node: one of them slows down or breaks the others.",
    fix="Remove kubeletConfig.allowedUnsafeSysctls.",
    url="https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/",
)
def check(nodes: Props) -> Iterator[str]:
    if nodes.read("kubeletConfig.allowedUnsafeSysctls", provider_default=[]):
        yield "kubeletConfig.allowedUnsafeSysctls must be empty"
