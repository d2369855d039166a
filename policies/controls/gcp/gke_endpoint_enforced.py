"""Authorized networks hold on the private address of a GKE API server as well."""

from collections.abc import Iterator

from policies import gcp
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="Authorized networks hold on the private address of a GKE API server as well",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER,),
    why=(
        "Otherwise they only guard the public address: every machine in the network, and in every network joined "
        "to it, reaches the API server."
    ),
    fix=(
        "Create the cluster through the component, or set "
        "masterAuthorizedNetworksConfig.privateEndpointEnforcementEnabled to true."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/docs/concepts/network-isolation",
)
def check(props: Props) -> Iterator[str]:
    if not gcp.has_address(props):
        raise NotApplicableError("the API server has no address")
    if not props.read("masterAuthorizedNetworksConfig.privateEndpointEnforcementEnabled", provider_default=False):
        yield "masterAuthorizedNetworksConfig.privateEndpointEnforcementEnabled must be true"
