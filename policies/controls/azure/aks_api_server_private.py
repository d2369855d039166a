"""The API server of an AKS cluster has a private address only."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="The API server of an AKS cluster has a private address only",
    severity=Severity.HIGH,
    types=(azure.CLUSTER,),
    why=(
        "A public API server is one stolen token, or one flaw in its authentication, away from everyone on the "
        "internet."
    ),
    fix="Leave cluster.endpoint.access at private, or set apiServerAccessProfile.enablePrivateCluster.",
    url="https://learn.microsoft.com/azure/aks/private-clusters",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("apiServerAccessProfile.enablePrivateCluster", provider_default=False):
        yield "apiServerAccessProfile.enablePrivateCluster must be true"
