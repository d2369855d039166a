"""An AKS cluster uses the Azure network plugin."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="An AKS cluster uses the Azure network plugin",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER,),
    why=(
        "Kubenet, which Azure takes where nothing is said, is retired and knows neither Cilium nor a subnet's own "
        "rules."
    ),
    fix="Create the cluster through the component, or set networkProfile.networkPlugin to azure.",
    url="https://learn.microsoft.com/azure/aks/concepts-network-cni-overview",
)
def check(props: Props) -> Iterator[str]:
    preset = azure.by_mode(props, base="kubenet", automatic="azure")
    if props.read("networkProfile.networkPlugin", provider_default=preset) != "azure":
        yield "networkProfile.networkPlugin must be azure"
