"""Azure keeps the Kubernetes version of an AKS cluster patched."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Azure keeps the Kubernetes version of an AKS cluster patched",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER,),
    why=(
        "Without a channel the fix for a published flaw waits for somebody to remember the cluster. The channel "
        "node-image is a leftover: it never moves Kubernetes itself."
    ),
    fix="Choose cluster.upgrades.channel, or set autoUpgradeProfile.upgradeChannel to patch, stable or rapid.",
    url="https://learn.microsoft.com/azure/aks/auto-upgrade-cluster",
)
def check(props: Props) -> Iterator[str]:
    preset = azure.by_mode(props, base="none", automatic="stable")
    channel = props.read("autoUpgradeProfile.upgradeChannel", provider_default=preset)
    if channel not in ("patch", "stable", "rapid"):
        yield "autoUpgradeProfile.upgradeChannel must be patch, stable or rapid"
