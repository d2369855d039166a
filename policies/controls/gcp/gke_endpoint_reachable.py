"""Somebody can reach the API server of a GKE cluster."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Somebody can reach the API server of a GKE cluster",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER,),
    why="A cluster whose addresses are off and whose DNS name takes no traffic locks its owners out.",
    fix=(
        "Choose cluster.endpoint.access, or set "
        "controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic to true."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/docs/concepts/network-isolation",
)
def check(props: Props) -> Iterator[str]:
    dns = props.read("controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic", provider_default=False)
    if not dns and not gcp.has_address(props):
        yield "controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic must be true where no address is left"
