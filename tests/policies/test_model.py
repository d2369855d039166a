"""What controls see of a resource."""

import pytest

from policies.model import Stack
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
