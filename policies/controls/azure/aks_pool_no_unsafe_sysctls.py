"""Pods of an AKS cluster set no unsafe kernel parameter."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Pods of an AKS cluster set no unsafe kernel parameter",
    severity=Severity.HIGH,
    types=(azure.CLUSTER, azure.NODE_POOL),
    parts=azure.node_pools,
    why=(
        "A sysctl that the kubelet calls unsafe acts on the whole node: one pod sets it, every other pod lives with it."
    ),
    fix="Remove kubeletConfig.allowedUnsafeSysctls; set what the whole pool needs in linuxOSConfig.sysctls.",
    url="https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#enabling-unsafe-sysctls",
)
def check(pool: Props) -> Iterator[str]:
    if pool.read("kubeletConfig.allowedUnsafeSysctls", provider_default=[]):
        yield "kubeletConfig.allowedUnsafeSysctls must be empty"
