"""Azure keeps the nodes' operating system of an AKS cluster patched, inside the maintenance windows."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Azure keeps the nodes' operating system of an AKS cluster patched, inside the maintenance windows",
    severity=Severity.HIGH,
    types=(azure.CLUSTER,),
    why=(
        "None never patches. Unmanaged patches each node at night by itself, outside of every window, and new "
        "nodes start without the patches."
    ),
    fix=(
        "Leave cluster.upgrades as it is, or set autoUpgradeProfile.nodeOSUpgradeChannel to NodeImage or SecurityPatch."
    ),
    url="https://learn.microsoft.com/azure/aks/auto-upgrade-node-os-image",
)
def check(props: Props) -> Iterator[str]:
    channel = props.read("autoUpgradeProfile.nodeOSUpgradeChannel", provider_default="NodeImage")
    if channel not in ("NodeImage", "SecurityPatch"):
        yield "autoUpgradeProfile.nodeOSUpgradeChannel must be NodeImage or SecurityPatch"
