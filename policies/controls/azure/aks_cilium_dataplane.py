"""An AKS cluster forwards packets with Cilium."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="An AKS cluster forwards packets with Cilium",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(azure.CLUSTER,),
    why=(
        "Only the Cilium dataplane enforces policies without iptables, follows them at the start of a pod, and "
        "can allow egress by name."
    ),
    fix="Create the cluster through the component, or set networkProfile.networkDataplane to cilium.",
    url="https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium",
)
def check(props: Props) -> Iterator[str]:
    preset = azure.by_mode(props, base="azure", automatic="cilium")
    if props.read("networkProfile.networkDataplane", provider_default=preset) != "cilium":
        yield "networkProfile.networkDataplane must be cilium"
