"""Nodes of an AKS cluster encrypt their disks and caches on the host."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nodes of an AKS cluster encrypt their disks and caches on the host",
    severity=Severity.HIGH,
    types=(azure.CLUSTER, azure.NODE_POOL),
    parts=azure.node_pools,
    why=(
        "Without it the temporary disk and the cache of every node, where images, logs and emptyDirs lie, are "
        "stored in plain on the machine that Azure shares among customers."
    ),
    fix="Create the node pool through the component, or set enableEncryptionAtHost to true.",
    url="https://learn.microsoft.com/azure/aks/enable-host-encryption",
)
def check(pool: Props) -> Iterator[str]:
    if not pool.read("enableEncryptionAtHost", provider_default=False):
        yield "enableEncryptionAtHost must be true"
