"""Azure's roles decide what people may do inside an AKS cluster."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Azure's roles decide what people may do inside an AKS cluster",
    severity=Severity.HIGH,
    types=(azure.CLUSTER,),
    why=(
        "Roles in Azure are assigned, reviewed and revoked in one place, for people and for their sessions; "
        "bindings inside the cluster outlive both."
    ),
    fix="Create the cluster through the component, or set aadProfile.enableAzureRBAC to true.",
    url="https://learn.microsoft.com/azure/aks/entra-id-authorization",
)
def check(props: Props) -> Iterator[str]:
    preset = azure.by_mode(props, base=False, automatic=True)
    if not props.read("aadProfile.enableAzureRBAC", provider_default=preset):
        yield "aadProfile.enableAzureRBAC must be true"
