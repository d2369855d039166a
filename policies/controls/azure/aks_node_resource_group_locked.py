"""Nobody changes the nodes of an AKS cluster past its API."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nobody changes the nodes of an AKS cluster past its API",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER,),
    why=(
        "Whoever may write to the resource group of the nodes can attach a disk, a script or a public address to "
        "each of them, unseen by Kubernetes."
    ),
    fix="Create the cluster through the component, or set nodeResourceGroupProfile.restrictionLevel to ReadOnly.",
    url="https://learn.microsoft.com/azure/aks/node-resource-group-lockdown",
)
def check(props: Props) -> Iterator[str]:
    preset = azure.by_mode(props, base="Unrestricted", automatic="ReadOnly")
    if props.read("nodeResourceGroupProfile.restrictionLevel", provider_default=preset) != "ReadOnly":
        yield "nodeResourceGroupProfile.restrictionLevel must be ReadOnly"
