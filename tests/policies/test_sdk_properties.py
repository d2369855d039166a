"""The clouds' controls and their fixtures name only types and properties that the installed SDKs have.

A control is shown by its fixtures; one that read a misspelt property could only be shown by misspelling it there.
"""

import pytest

from policies.catalogue import all_controls
from tests.policies import sdk
from tests.policies.fixtures import cases

JUDGED = sorted({type_ for control in all_controls() for type_ in control.types if sdk.is_cloud(type_)})
SHOWN = [(case, each) for case in cases() for each in case.resources if sdk.is_cloud(each.judged_type)]


@pytest.mark.parametrize("token", JUDGED)
def test_a_type_that_a_control_judges_is_in_the_sdk(token: str) -> None:
    assert sdk.input_class(token) is not None


def test_every_property_of_a_fixture_is_an_input_in_the_sdk() -> None:
    wrong = []
    for case, each in SHOWN:
        inputs = sdk.input_class(each.judged_type)
        assert inputs is not None, f"{case.control}: {each.type}"
        wrong += [f"{case.control}: {each.type} has no {path}" for path in sdk.unknown_inputs(inputs, each.props.plain)]
    assert not sorted(set(wrong))


AKS = "azure-native:containerservice:ManagedCluster"


@pytest.mark.parametrize(
    ("token", "inputs", "wrong"),
    [
        (AKS, {"aadProfile": {"managed": True}}, []),
        (AKS, {"aadProfile": {"manged": True}}, ["aadProfile.manged"]),
        (AKS, {"agentPoolProfiles": [{"enableFips": True}]}, ["agentPoolProfiles.enableFips"]),
        (AKS, {"addonProfiles": {"any": {"enabeld": True}}}, ["addonProfiles.enabeld"]),
        (AKS, {"tags": {"any": "thing"}}, []),
        ("azure-native:network:Subnet", {"subnetName": "nodes"}, []),
        ("aws:eks/cluster:Cluster", {"vpcConfig": {"publicAcces": True}}, ["vpcConfig.publicAcces"]),
        ("gcp:container/cluster:Cluster", {"nodeConfig": {"labls": {}}}, ["nodeConfig.labls"]),
    ],
)
def test_a_misspelt_property_is_found_at_every_depth(token: str, inputs: dict, wrong: list[str]) -> None:
    of = sdk.input_class(token)
    assert of is not None
    assert list(sdk.unknown_inputs(of, inputs)) == wrong


def test_a_type_that_the_sdk_lacks_is_none() -> None:
    assert sdk.input_class("azure-native:containerservice:Cluster") is None
    assert sdk.input_class("azure-native:nothing:Cluster") is None
