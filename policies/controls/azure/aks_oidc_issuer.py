"""An AKS cluster issues identities that Azure can check."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="An AKS cluster issues identities that Azure can check",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER,),
    why=(
        "Without an issuer workloads reach Azure with stored secrets, or with the identity of the node that all "
        "its pods share."
    ),
    fix="Create the cluster through the component, or set oidcIssuerProfile.enabled to true.",
    url="https://learn.microsoft.com/azure/aks/use-oidc-issuer",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("oidcIssuerProfile.enabled", provider_default=azure.by_mode(props, base=False, automatic=True)):
        yield "oidcIssuerProfile.enabled must be true"
