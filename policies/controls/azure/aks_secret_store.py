"""An AKS cluster can mount secrets from Key Vault, and follows their rotation."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="An AKS cluster can mount secrets from Key Vault, and follows their rotation",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER,),
    why=(
        "Secrets that stay in Key Vault are not copied into manifests; without rotation pods keep a secret that "
        "was revoked until somebody restarts them."
    ),
    fix=(
        "Create the cluster through the component, or set addonProfiles.azureKeyvaultSecretsProvider.enabled to "
        "true and config.enableSecretRotation to the text true."
    ),
    url="https://learn.microsoft.com/azure/aks/csi-secrets-store-driver",
)
def check(props: Props) -> Iterator[str]:
    profile = azure.add_on(props, "azureKeyvaultSecretsProvider")
    if not azure.is_on(profile, absent=False):
        yield "addonProfiles.azureKeyvaultSecretsProvider.enabled must be true"
    elif profile.read("config.enableSecretRotation", provider_default="false") != "true":
        yield "addonProfiles.azureKeyvaultSecretsProvider.config.enableSecretRotation must be the text true"
