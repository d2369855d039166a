"""Nodes with accelerators load signed kernel modules only."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props

_SIGNED = "ENFORCE_SIGNED_MODULES"


@control(
    title="Nodes with accelerators load signed kernel modules only",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER, gcp.NODE_POOL),
    parts=gcp.node_configs,
    why=(
        "Secure boot says nothing of modules on Container-Optimized OS: for drivers, nodes with accelerators take "
        "any module, and a module is the whole node. Other nodes take none."
    ),
    fix=(
        "Set linuxNodeConfig.nodeKernelModuleLoading.policy to ENFORCE_SIGNED_MODULES where there are "
        "guestAccelerators."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/secure-kernel-module-loading",
)
def check(nodes: Props) -> Iterator[str]:
    if not nodes.read("guestAccelerators", provider_default=[]):
        return
    if nodes.read("linuxNodeConfig.nodeKernelModuleLoading.policy", provider_default="POLICY_UNSPECIFIED") != _SIGNED:
        yield f"linuxNodeConfig.nodeKernelModuleLoading.policy must be {_SIGNED}"
