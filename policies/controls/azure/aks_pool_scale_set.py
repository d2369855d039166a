"""Node pools of an AKS cluster are of a kind that Azure still supports."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Node pools of an AKS cluster are of a kind that Azure still supports",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER, azure.NODE_POOL),
    parts=azure.node_pools,
    why="Availability sets have ended for AKS: their nodes get no support, and know neither zones nor ephemeral disks.",
    fix="Remove type, or set it to VirtualMachineScaleSets.",
    url="https://learn.microsoft.com/azure/aks/availability-sets-on-aks",
)
def check(pool: Props) -> Iterator[str]:
    if pool.read("type", provider_default="VirtualMachineScaleSets") == "AvailabilitySet":
        yield "type must not be AvailabilitySet"
