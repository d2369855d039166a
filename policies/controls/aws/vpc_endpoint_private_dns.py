"""An endpoint of a service of AWS is what the service's name leads to."""

from collections.abc import Iterator

from policies import aws
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="An endpoint of a service of AWS is what the service's name leads to",
    severity=Severity.MEDIUM,
    types=(aws.VPC_ENDPOINT,),
    why="Otherwise the endpoint is there and nobody uses it: every call still goes outside.",
    fix="Create the network through the component, or set privateDnsEnabled to true.",
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("vpcEndpointType", provider_default="Gateway") != "Interface":
        raise NotApplicableError("a gateway endpoint works by routes")
    if not props.read("privateDnsEnabled", provider_default=False):
        yield "privateDnsEnabled must be true"
