"""No route in Azure leads everything straight to the internet."""

from collections.abc import Iterator

from policies import azure
from policies.addresses import is_too_wide
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="No route in Azure leads everything straight to the internet",
    severity=Severity.HIGH,
    types=(
        azure.ROUTE_TABLE,
        azure.ROUTE,
    ),
    parts=azure.routes,
    why="Such a route goes round the firewall: what was to be filtered by name leaves unseen.",
    fix=(
        "Choose cluster.network.egress, or let the route of 0.0.0.0/0 lead to the firewall (nextHopType "
        "VirtualAppliance)."
    ),
    url="https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview",
)
def check(route: Props) -> Iterator[str]:
    if not is_too_wide(route.read("addressPrefix", provider_default="")):
        raise NotApplicableError("the route leads to chosen addresses")
    if route.read("nextHopType", provider_default="None") == "Internet":
        yield "nextHopType must not be Internet"
