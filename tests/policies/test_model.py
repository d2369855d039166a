"""What controls see of a resource."""

from dataclasses import replace

import pytest

from policies.model import Resource, Stack
from policies.values import UNKNOWN, UnknownRead
from tests.policies.fixtures import resource

SUBNET = "azure-native:network:Subnet"


@pytest.mark.parametrize(
    ("token", "judged"),
    [
        (SUBNET, SUBNET),
        ("azure-native:network/v20240501:Subnet", SUBNET),
        ("azure-native:network/v20240501preview:Subnet", SUBNET),
        ("azure-native_network_v20240501:network:Subnet", SUBNET),
        ("kubernetes:core/v1:Namespace", "kubernetes:core/v1:Namespace"),
        ("aws:eks/cluster:Cluster", "aws:eks/cluster:Cluster"),
        ("azure-nativelike:network/v20240501:Subnet", "azure-nativelike:network/v20240501:Subnet"),
    ],
)
def test_only_the_version_of_azures_api_is_stripped_from_a_type(token: str, judged: str) -> None:
    thing = resource(token, "x", {})
    assert thing.judged_type == judged
    assert Stack([thing]).of_type(judged) == [thing]
    assert thing.key == f"{token}::x", "waivers name the token as the engine does"


def subnet(**props: object) -> Resource:
    return resource(SUBNET, "nodes", props)


GROUP = resource("azure-native:network/v20240501:NetworkSecurityGroup", "group", {})
GROUPS = "azure-native:network:NetworkSecurityGroup"


def test_a_stack_tells_which_resources_refer_to_another_and_to_which() -> None:
    refers = replace(subnet(networkSecurityGroup=UNKNOWN), references={"networkSecurityGroup": (GROUP.urn,)})
    stack = Stack([GROUP, refers])
    assert stack.referred(refers, "networkSecurityGroup", GROUPS) == [GROUP]
    assert stack.referred(refers, "networkSecurityGroup", SUBNET) == []
    assert stack.referred(refers, "routeTable", GROUPS) == []
    assert stack.referring(GROUP, "networkSecurityGroup", SUBNET) == [refers]
    assert stack.referring(GROUP, "routeTable", SUBNET) == []


def test_an_unknown_that_refers_to_nothing_may_refer_to_anything() -> None:
    stack = Stack([GROUP, subnet(networkSecurityGroup=UNKNOWN)])
    with pytest.raises(UnknownRead):
        stack.referring(GROUP, "networkSecurityGroup", SUBNET)


def test_an_unknown_that_refers_to_another_resource_does_not_refer_to_this_one() -> None:
    other = replace(subnet(networkSecurityGroup=UNKNOWN), references={"networkSecurityGroup": ("urn:other",)})
    assert Stack([GROUP, other]).referring(GROUP, "networkSecurityGroup", SUBNET) == []
