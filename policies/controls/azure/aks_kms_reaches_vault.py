"""The API server of an AKS cluster can reach the closed vault with its key."""

from collections.abc import Iterator

from policies import azure
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="The API server of an AKS cluster can reach the closed vault with its key",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER,),
    why=(
        "Azure reaches a closed vault from inside the network only: without the integration no Secret can be "
        "read, and the cluster stands still."
    ),
    fix="Create the cluster through the component, or set apiServerAccessProfile.enableVnetIntegration to true.",
    url="https://learn.microsoft.com/azure/aks/use-kms-etcd-encryption",
)
def check(props: Props) -> Iterator[str]:
    kms = "securityProfile.azureKeyVaultKms"
    if props.read(f"{kms}.keyVaultNetworkAccess", provider_default="Public") != "Private":
        raise NotApplicableError("no closed vault holds a key of the cluster")
    preset = azure.by_mode(props, base=False, automatic=True)
    if not props.read("apiServerAccessProfile.enableVnetIntegration", provider_default=preset):
        yield "apiServerAccessProfile.enableVnetIntegration must be true"
