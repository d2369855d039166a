"""An AKS cluster can limit egress to names."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props

_ADVANCED = "networkProfile.advancedNetworking"


@control(
    title="An AKS cluster can limit egress to names",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(azure.CLUSTER,),
    why="The addresses behind a name change, so a policy on addresses is widened until it allows half of a cloud.",
    fix=(
        "Leave cluster.namePolicies at offered, or set networkProfile.advancedNetworking.enabled, "
        "security.enabled and security.advancedNetworkPolicies to FQDN."
    ),
    url="https://learn.microsoft.com/azure/aks/container-network-security-fqdn-filtering-concepts",
)
def check(props: Props) -> Iterator[str]:
    for key in ("enabled", "security.enabled"):
        if not props.read(f"{_ADVANCED}.{key}", provider_default=False):
            yield f"{_ADVANCED}.{key} must be true"
    if props.read(f"{_ADVANCED}.security.advancedNetworkPolicies", provider_default="None") not in ("FQDN", "L7"):
        yield f"{_ADVANCED}.security.advancedNetworkPolicies must be FQDN or L7"
