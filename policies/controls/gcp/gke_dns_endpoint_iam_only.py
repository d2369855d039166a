"""IAM alone opens the DNS name of a GKE API server."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="IAM alone opens the DNS name of a GKE API server",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why=(
        "The DNS name is known to the whole internet. It is safe since IAM judges each request; a stolen token of "
        "a service account or a client certificate must not pass it."
    ),
    fix=(
        "Create the cluster through the component, or remove enableK8sTokensViaDns and enableK8sCertsViaDns from "
        "controlPlaneEndpointsConfig.dnsEndpointConfig."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/docs/concepts/network-isolation",
)
def check(props: Props) -> Iterator[str]:
    for key in ("enableK8sTokensViaDns", "enableK8sCertsViaDns"):
        if props.read(f"controlPlaneEndpointsConfig.dnsEndpointConfig.{key}", provider_default=False):
            yield f"controlPlaneEndpointsConfig.dnsEndpointConfig.{key} must be false"
