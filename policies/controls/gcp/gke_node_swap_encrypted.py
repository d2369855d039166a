"""What nodes of a GKE cluster swap out is encrypted."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="What nodes of a GKE cluster swap out is encrypted",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.CLUSTER, gcp.NODE_POOL),
    parts=gcp.node_configs,
    why="Memory holds keys and Secrets; swapped out in the clear they lie on a disk.",
    fix="Remove linuxNodeConfig.swapConfig.encryptionConfig.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/node-memory-swap",
)
def check(nodes: Props) -> Iterator[str]:
    if nodes.read("linuxNodeConfig.swapConfig.encryptionConfig.disabled", provider_default=False):
        yield "linuxNodeConfig.swapConfig.encryptionConfig.disabled must be false"
