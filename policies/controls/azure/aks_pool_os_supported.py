"""Nodes of an AKS cluster run an operating system that is still patched."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nodes of an AKS cluster run an operating system that is still patched",
    severity=Severity.HIGH,
    types=(azure.CLUSTER, azure.NODE_POOL),
    parts=azure.node_pools,
    why=(
        "Azure Linux 2 and Windows Server 2019 have ended: their images are frozen, and their nodes are no longer "
        "replaced."
    ),
    fix="Leave cluster.nodePools as it is, or set osSKU to AzureLinux3.",
    url="https://learn.microsoft.com/azure/aks/upgrade-os-version",
)
def check(pool: Props) -> Iterator[str]:
    if pool.read("osSKU", provider_default="Ubuntu") in ("CBLMariner", "Mariner", "Windows2019", "WindowsAnnual"):
        yield "osSKU names an operating system that has ended"
