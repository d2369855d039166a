"""Names inside a network lead to its own endpoints."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Names inside a network lead to its own endpoints",
    severity=Severity.MEDIUM,
    types=(aws.NETWORK,),
    why=(
        "Without it the private endpoint of the cluster and of AWS's services can't be found, and traffic goes outside."
    ),
    fix="Create the network through the component, or set enableDnsHostnames and enableDnsSupport to true.",
    url="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("enableDnsHostnames", provider_default=False):
        yield "enableDnsHostnames must be true"
    if not props.read("enableDnsSupport", provider_default=True):
        yield "enableDnsSupport must be true"
