"""An AKS cluster takes tokens of another issuer only where a rule says whose."""

from collections.abc import Iterator

from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="An AKS cluster takes tokens of another issuer only where a rule says whose",
    severity=Severity.HIGH,
    types=("azure-native:containerservice:JWTAuthenticator",),
    why=(
        "A public issuer signs tokens for everybody: without a rule on their claims every project of the world is "
        "a user of the cluster."
    ),
    fix="List the audiences, and in claimValidationRules what a token must say.",
    url="https://learn.microsoft.com/azure/aks/external-identity-provider-authentication-overview",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("properties.issuer.audiences", provider_default=[]):
        yield "properties.issuer.audiences must name an audience"
    if not props.read("properties.claimValidationRules", provider_default=[]):
        yield "properties.claimValidationRules must hold a rule"
