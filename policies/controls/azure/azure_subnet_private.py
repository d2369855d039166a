"""A subnet in Azure has no egress that nobody chose."""

from collections.abc import Iterator

from policies import azure
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="A subnet in Azure has no egress that nobody chose",
    severity=Severity.HIGH,
    types=(azure.NETWORK, azure.SUBNET),
    parts=azure.subnets,
    why=(
        "Azure gives every machine without a route of its own a shared public address that nobody owns, filters "
        "or sees in a log."
    ),
    fix="Create the network through the component, or set defaultOutboundAccess to false.",
    url="https://learn.microsoft.com/azure/virtual-network/ip-services/default-outbound-access",
)
def check(subnet: Props) -> Iterator[str]:
    if azure.is_platform_subnet(subnet):
        raise NotApplicableError("Azure itself runs what stands in this subnet")
    if subnet.read("defaultOutboundAccess", provider_default=True):
        yield "defaultOutboundAccess must be false"
