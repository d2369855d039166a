"""No rule of a network security group lets the whole internet in."""

from collections.abc import Iterator

from policies import azure
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="No rule of a network security group lets the whole internet in",
    severity=Severity.CRITICAL,
    types=(azure.SECURITY_GROUP, azure.SECURITY_RULE),
    parts=azure.security_rules,
    why="One such rule opens a port of every machine in the subnet to everyone.",
    fix="Name the sources, or publish through a gateway; a public gateway is waived with its reason.",
    url="https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview",
)
def check(rule: Props) -> Iterator[str]:
    inbound = rule.read("direction", provider_default="Inbound") == "Inbound"
    if not inbound or rule.read("access", provider_default="Allow") != "Allow":
        raise NotApplicableError("the rule lets nothing in")
    sources = [
        rule.read("sourceAddressPrefix", provider_default=None),
        *rule.read("sourceAddressPrefixes", provider_default=[]),
    ]
    if any(azure.is_everyone(source) for source in sources if source is not None):
        yield "sourceAddressPrefix must not be the whole internet"
