"""Egress from a GKE cluster can be limited to names."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="Egress from a GKE cluster can be limited to names",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.CLUSTER,),
    why=(
        "A NetworkPolicy knows addresses only; what an outside service has today is another's tomorrow, so egress "
        "gets opened wide."
    ),
    fix="Set enableFqdnNetworkPolicy to true; it needs Dataplane V2.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/fqdn-network-policies",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("enableFqdnNetworkPolicy", provider_default=False):
        yield "enableFqdnNetworkPolicy must be true"
