"""Nodes of an AKS cluster keep nothing on their system disk."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nodes of an AKS cluster keep nothing on their system disk",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER, azure.NODE_POOL),
    parts=azure.node_pools,
    why=(
        "An ephemeral disk is gone with its node: a change that an attacker made does not survive a new image, "
        "and no disk with secrets stays behind."
    ),
    fix=(
        "Create the node pool through the component, or set osDiskType to Ephemeral with a VM size that has room "
        "for it."
    ),
    url="https://learn.microsoft.com/azure/aks/concepts-storage",
)
def check(pool: Props) -> Iterator[str]:
    # absent, Azure takes an ephemeral disk only where the VM size has room for it, and says nothing where not
    if pool.read("osDiskType", provider_default="Managed") != "Ephemeral":
        yield "osDiskType must be Ephemeral"
