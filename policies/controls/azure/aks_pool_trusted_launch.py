"""Nodes of an AKS cluster prove what they booted."""

from collections.abc import Iterator

from policies import azure
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nodes of an AKS cluster prove what they booted",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER, azure.NODE_POOL),
    parts=azure.node_pools,
    why=(
        "Secure boot refuses an unsigned kernel or boot loader; the virtual TPM lets the boot be attested. Azure "
        "turns on neither by itself."
    ),
    fix="Create the node pool through the component, or set securityProfile.enableSecureBoot and enableVTPM to true.",
    url="https://learn.microsoft.com/azure/aks/use-trusted-launch",
)
def check(pool: Props) -> Iterator[str]:
    if pool.read("workloadRuntime", provider_default="OCIContainer") == "KataVmIsolation":
        raise NotApplicableError("Azure offers no trusted launch with pod sandboxing")
    if pool.read("osType", provider_default="Linux") == "Windows":
        raise NotApplicableError("Azure offers no trusted launch on Windows nodes")
    for key in ("enableSecureBoot", "enableVTPM"):
        if not pool.read(f"securityProfile.{key}", provider_default=False):
            yield f"securityProfile.{key} must be true"
