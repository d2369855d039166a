"""The addresses of a GKE API server are open to chosen ranges only."""

from collections.abc import Iterator

from policies import gcp
from policies.addresses import is_too_wide
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="The addresses of a GKE API server are open to chosen ranges only",
    severity=Severity.CRITICAL,
    types=(gcp.CLUSTER,),
    why=(
        "Without authorized networks the public address takes requests from the whole internet, and the private "
        "one from every network that has a route."
    ),
    fix="List the ranges of your own egress in cluster.endpoint.publicCidrs, or choose cluster.endpoint.access dns.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/authorized-networks",
)
def check(props: Props) -> Iterator[str]:
    if not gcp.has_address(props):
        raise NotApplicableError("the API server has no address")
    networks = props.read("masterAuthorizedNetworksConfig", provider_default=None)
    if networks is None:
        yield "masterAuthorizedNetworksConfig must be there; without it everyone may call"
        return
    for index, block in enumerate(networks.read("cidrBlocks", provider_default=[])):
        if is_too_wide(block.read("cidrBlock", provider_default="0.0.0.0/0")):
            yield f"masterAuthorizedNetworksConfig.cidrBlocks[{index}] is wider than a /16 (IPv6: /32)"
