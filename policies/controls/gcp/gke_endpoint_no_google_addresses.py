"""A public address of a GKE API server is closed to other customers of Google."""

from collections.abc import Iterator

from policies import gcp
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="A public address of a GKE API server is closed to other customers of Google",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why=(
        "By default every virtual machine of every customer with a public address of Google may call, whatever "
        "ranges are listed."
    ),
    fix=(
        "Create the cluster through the component, or set "
        "masterAuthorizedNetworksConfig.gcpPublicCidrsAccessEnabled to false."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/authorized-networks",
)
def check(props: Props) -> Iterator[str]:
    if not gcp.has_public_address(props):
        raise NotApplicableError("the API server has no public address")
    if props.read("masterAuthorizedNetworksConfig.gcpPublicCidrsAccessEnabled", provider_default=True):
        yield "masterAuthorizedNetworksConfig.gcpPublicCidrsAccessEnabled must be false"
