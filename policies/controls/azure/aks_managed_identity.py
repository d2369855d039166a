"""An AKS cluster acts in Azure by a managed identity."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="An AKS cluster acts in Azure by a managed identity",
    severity=Severity.HIGH,
    types=(azure.CLUSTER,),
    why="A service principal has a secret that somebody stores, forgets and lets expire; a managed identity has none.",
    fix=(
        "Create the cluster through the component, or set identity.type to UserAssigned and remove "
        "servicePrincipalProfile.secret."
    ),
    url="https://learn.microsoft.com/azure/aks/managed-identity-overview",
)
def check(props: Props) -> Iterator[str]:
    if props.read("identity.type", provider_default="None") not in ("SystemAssigned", "UserAssigned"):
        yield "identity.type must be UserAssigned or SystemAssigned"
    if props.read("servicePrincipalProfile.secret", provider_default=None) is not None:
        yield "servicePrincipalProfile.secret is a secret that a managed identity does not need"
