"""The API server of a GKE cluster has no address on the internet."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="The API server of a GKE cluster has no address on the internet",
    severity=Severity.CRITICAL,
    types=(gcp.CLUSTER,),
    why=(
        "Without it Google opens the API server to everyone who has a route, which is everyone: a stolen token or "
        "a flaw in the API server is then enough."
    ),
    fix=(
        "Choose cluster.endpoint.access dns or private, or set "
        "controlPlaneEndpointsConfig.ipEndpointsConfig.enabled to false or "
        "privateClusterConfig.enablePrivateEndpoint to true."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/docs/concepts/network-isolation",
)
def check(props: Props) -> Iterator[str]:
    if gcp.has_public_address(props):
        yield (
            "controlPlaneEndpointsConfig.ipEndpointsConfig.enabled must be false, or "
            "privateClusterConfig.enablePrivateEndpoint true"
        )
