"""The egress of an AKS cluster is chosen."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="The egress of an AKS cluster is chosen",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER,),
    why=(
        "Where nothing is said, every node reaches the whole internet from a public address that the load "
        "balancer makes up, which nothing filters and no partner can allow."
    ),
    fix=(
        "Choose cluster.network.egress (nat-gateway, firewall or isolated); networkProfile.outboundType must not be "
        "loadBalancer."
    ),
    url="https://learn.microsoft.com/azure/aks/egress-outboundtype",
)
def check(props: Props) -> Iterator[str]:
    preset = azure.by_mode(props, base="loadBalancer", automatic="managedNATGateway")
    if props.read("networkProfile.outboundType", provider_default=preset) == "loadBalancer":
        yield "networkProfile.outboundType must not be loadBalancer"
