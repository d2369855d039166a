"""What leaves a subnet in Azure through a NAT gateway names its ports."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Finding, Resource, Severity, Stack
from policies.values import Props


def _groups(stack: Stack, subnet: Resource) -> list[Resource]:
    return stack.referred(subnet, "networkSecurityGroup", azure.SECURITY_GROUP)


def _outbound(group: Props) -> list[Props]:
    rules = group.read("securityRules", provider_default=[])
    return [rule for rule in rules if rule.read("direction", provider_default="Inbound") == "Outbound"]


def _access(rule: Props) -> str:
    return rule.read("access", provider_default="Allow")


def _is_whole(rule: Props) -> bool:
    """Return whether a rule is about every port of the internet."""
    places = {
        rule.read("destinationAddressPrefix", provider_default=""),
        *rule.read("destinationAddressPrefixes", provider_default=[]),
    }
    ports = {
        rule.read("destinationPortRange", provider_default=""),
        *rule.read("destinationPortRanges", provider_default=[]),
    }
    return bool(ports & {"*", "0-65535"}) and any(azure.is_everyone(place) for place in places if place)


@control(
    title="What leaves a subnet in Azure through a NAT gateway names its ports",
    severity=Severity.MEDIUM,
    types=(azure.SUBNET,),
    why=(
        "A NAT gateway filters nothing: without a security group that denies the rest, a broken pod reaches any "
        "port of any host."
    ),
    fix=(
        "Choose cluster.network.egressPorts, or add outbound rules to the subnet's security group: the named "
        "ports, and one that denies the rest to Internet."
    ),
    url="https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview",
)
def check(stack: Stack) -> Iterator[Finding]:
    for subnet in stack.of_type(azure.SUBNET):
        if "natGateway" not in subnet.props or azure.is_platform_subnet(subnet.props):
            continue
        rules = [rule for group in _groups(stack, subnet) for rule in _outbound(group.props)]
        if not any(_access(rule) == "Deny" and _is_whole(rule) for rule in rules):
            yield Finding(resource=subnet, message="its security group must deny the rest of what goes to Internet")
        if any(_access(rule) == "Allow" and _is_whole(rule) for rule in rules):
            yield Finding(resource=subnet, message="its security group must name the ports that it allows to Internet")
