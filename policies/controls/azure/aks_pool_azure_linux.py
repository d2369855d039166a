"""Nodes of an AKS cluster run the system that has the least on it."""

from collections.abc import Iterator

from policies import azure
from policies.control import NotApplicableError, control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="Nodes of an AKS cluster run the system that has the least on it",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(azure.CLUSTER, azure.NODE_POOL),
    parts=azure.node_pools,
    why=(
        "Azure Linux is made for nodes: few packages, each built by Microsoft, signed and patched with AKS "
        "itself. Ubuntu, which Azure takes where nothing is said, brings several times as many."
    ),
    fix="Leave cluster.nodePools as it is, or set osSKU to AzureLinux3.",
    url="https://learn.microsoft.com/azure/aks/use-azure-linux",
)
def check(pool: Props) -> Iterator[str]:
    if pool.read("osType", provider_default="Linux") == "Windows":
        raise NotApplicableError("a Windows node runs Windows")
    if pool.read("osSKU", provider_default="Ubuntu") not in ("AzureLinux", "AzureLinux3", "AzureLinuxOSGuard"):
        yield "osSKU must be AzureLinux3"
