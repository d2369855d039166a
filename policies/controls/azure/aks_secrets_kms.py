"""Secrets of an AKS cluster are encrypted with a key of one's own, in a closed vault."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Secrets of an AKS cluster are encrypted with a key of one's own, in a closed vault",
    severity=Severity.HIGH,
    types=(azure.CLUSTER,),
    why=(
        "Without it the Secrets lie in Azure's store under a key that is Azure's alone: it can be neither revoked "
        "nor rotated, and its use shows in no log."
    ),
    fix=(
        "Create the cluster through the component, or set securityProfile.azureKeyVaultKms.enabled to true and "
        "keyVaultNetworkAccess to Private."
    ),
    url="https://learn.microsoft.com/azure/aks/use-kms-etcd-encryption",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("securityProfile.azureKeyVaultKms.enabled", provider_default=False):
        yield "securityProfile.azureKeyVaultKms.enabled must be true"
    elif props.read("securityProfile.azureKeyVaultKms.keyVaultNetworkAccess", provider_default="Public") != "Private":
        yield "securityProfile.azureKeyVaultKms.keyVaultNetworkAccess must be Private"
