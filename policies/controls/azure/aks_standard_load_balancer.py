"""An AKS cluster uses the standard load balancer."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="An AKS cluster uses the standard load balancer",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER,),
    why=(
        "The basic load balancer has ended; it is open to the internet by default and knows neither zones nor "
        "private subnets."
    ),
    fix="Remove networkProfile.loadBalancerSku, or set it to standard.",
    url="https://learn.microsoft.com/azure/aks/load-balancer-standard",
)
def check(props: Props) -> Iterator[str]:
    if props.read("networkProfile.loadBalancerSku", provider_default="standard") != "standard":
        yield "networkProfile.loadBalancerSku must be standard"
