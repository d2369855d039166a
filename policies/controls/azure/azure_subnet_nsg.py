"""Every subnet in Azure has a network security group."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Finding, Resource, Severity, Stack
from policies.values import Props


def _has_group(stack: Stack, resource: Resource, key: str, subnet: Props) -> bool:
    """Return whether a subnet names a group; one of the stack is known by what the property refers to."""
    if "networkSecurityGroup" in subnet and stack.referred(resource, key, azure.SECURITY_GROUP):
        return True
    return bool(subnet.read("networkSecurityGroup.id", provider_default=""))


@control(
    title="Every subnet in Azure has a network security group",
    severity=Severity.HIGH,
    types=(azure.NETWORK, azure.SUBNET),
    why="Without one every machine of the network, and of every network that is peered with it, reaches every port.",
    fix="Create the network through the component, or set networkSecurityGroup.id.",
    url="https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview",
)
def check(stack: Stack) -> Iterator[Finding]:
    for network in stack.of_type(azure.NETWORK):
        for index, subnet in enumerate(network.props.read("subnets", provider_default=[])):
            if not azure.is_platform_subnet(subnet) and not _has_group(stack, network, "subnets", subnet):
                yield Finding(resource=network, message=f"subnets[{index}].networkSecurityGroup must be set")
    for resource in stack.of_type(azure.SUBNET):
        subnet = resource.props
        if not azure.is_platform_subnet(subnet) and not _has_group(stack, resource, "networkSecurityGroup", subnet):
            yield Finding(resource=resource, message="networkSecurityGroup must be set")
