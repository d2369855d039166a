"""A private AKS cluster has no public DNS name."""

from collections.abc import Iterator

from policies import azure
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="A private AKS cluster has no public DNS name",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER,),
    why=(
        "Azure publishes the private address of the API server in public DNS unless it is told not to, which "
        "tells everyone the layout of the network and lets names be resolved past the private zone."
    ),
    fix=(
        "Leave cluster.endpoint.access at private, or set apiServerAccessProfile.enablePrivateClusterPublicFQDN "
        "to false."
    ),
    url="https://learn.microsoft.com/azure/aks/private-clusters#disable-a-public-fqdn-on-a-private-aks-cluster",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("apiServerAccessProfile.enablePrivateCluster", provider_default=False):
        raise NotApplicableError("a public cluster needs its public name")
    if props.read("apiServerAccessProfile.enablePrivateClusterPublicFQDN", provider_default=True):
        yield "apiServerAccessProfile.enablePrivateClusterPublicFQDN must be false"
