"""What the stand-in clouds refuse, and what they answer."""

import json
import os
from pathlib import Path

import pytest

from local import providers
from local.providers.cloud_standin import rules, schema, service_model
from local.providers.properties import UNKNOWN, Secret
from policies import replacements

CLUSTER = "aws:eks/cluster:Cluster"
STAND_INS = Path(providers.__file__).parent / "bin"
PACKAGES = sorted(file.stem for file in Path(rules.__file__).parent.glob("*.yaml") if file.stem != "service_models")
GOOD = {"roleArn": "r", "vpcConfig": {"subnetIds": ["a"]}}
GKE = "gcp:container/cluster:Cluster"
AKS = "azure-native:containerservice/v20250901:ManagedCluster"


def wrong(token: str, inputs: dict) -> list[tuple[str, str]]:
    found = schema.classes(token)
    assert found is not None
    return [*schema.problems(found[0], inputs), *service_model.problems(token, inputs)]


@pytest.mark.parametrize(
    ("change", "path", "why"),
    [
        ({"vpcConfg": {}}, "vpcConfg", "the SDK knows no such property of Cluster"),
        ({"vpcConfig": {"subnetIds": ["a"], "public": True}}, "vpcConfig.public", "knows no such property"),
        ({"vpcConfig": {}}, "vpcConfig.subnetIds", "it is required"),
        ({"roleArn": None}, "roleArn", "it is required"),
        ({"deletionProtection": "yes"}, "deletionProtection", "it must be true or false"),
        ({"version": 1.35}, "version", "it must be a text"),
        ({"enabledClusterLogTypes": "audit"}, "enabledClusterLogTypes", "it must be a list"),
        ({"vpcConfig": "vpc"}, "vpcConfig", "it must be an object"),
        ({"tags": {"a": 1}}, "tags.a", "it must be a text"),
        ({"enabledClusterLogTypes": ["api", "all"]}, "enabledClusterLogTypes[1]", "AWS takes one of api, audit"),
        ({"name": "no spaces"}, "name", "AWS asks for the form"),
        ({"upgradePolicy": {"supportType": "NONE"}}, "upgradePolicy.supportType", "AWS takes one of"),
    ],
)
def test_a_property_that_the_sdk_or_aws_does_not_know_is_refused_at_its_path(change, path, why) -> None:
    found = wrong(CLUSTER, {**GOOD, **change})
    assert [where for where, _ in found] == [path]
    assert why in found[0][1]


def test_good_properties_pass_and_so_does_what_is_not_known_yet_or_secret() -> None:
    assert wrong(CLUSTER, GOOD) == []
    assert wrong(CLUSTER, {"roleArn": UNKNOWN, "vpcConfig": {"subnetIds": [UNKNOWN]}, "version": UNKNOWN}) == []
    assert wrong(CLUSTER, {**GOOD, "name": Secret("c")}) == []


def test_a_value_that_google_cloud_does_not_know_is_refused_at_its_path() -> None:
    good = {"location": "europe-west3", "releaseChannel": {"channel": "STABLE"}}
    assert wrong(GKE, good) == []
    ((path, why),) = wrong(GKE, {**good, "releaseChannel": {"channel": "SLOW"}})
    assert path == "releaseChannel.channel"
    assert why == "Google Cloud takes one of UNSPECIFIED, RAPID, REGULAR, STABLE, EXTENDED"
    ((path, why),) = wrong("gcp:compute/network:Network", {"name": "No_Name"})
    assert (path, why.partition(" form ")[0]) == ("name", "Google Cloud asks for the")


def test_a_choice_that_was_not_made_is_none() -> None:
    ((path, _),) = wrong(GKE, {"location": "europe-west3", "datapathProvider": "DATAPATH_PROVIDER_UNSPECIFIED"})
    assert path == "datapathProvider"


def test_a_number_outside_the_range_of_aws_is_refused() -> None:
    group = "aws:eks/nodeGroup:NodeGroup"
    assert list(service_model.problems(group, {"updateConfig": {"maxUnavailablePercentage": 5}})) == []
    refused = list(service_model.problems(group, {"updateConfig": {"maxUnavailablePercentage": 0}}))
    assert refused == [("updateConfig.maxUnavailablePercentage", "AWS takes 1 to 100")]


def test_the_types_of_every_cloud_are_found_whatever_version_they_name() -> None:
    for token in (AKS, "azure-native:containerservice:ManagedCluster", "gcp:container/cluster:Cluster"):
        assert schema.classes(token) is not None, token
    assert schema.classes("aws:eks/nothing:Nothing") is None


@pytest.mark.parametrize("package", PACKAGES)
def test_every_type_with_a_rule_is_in_the_sdk_and_names_properties_that_it_has(package: str) -> None:
    known = rules.of(package).types
    assert replacements.of_package(package).keys() <= known.keys(), "a type that is not known replaces nothing"
    for token, rule in known.items():
        found = schema.classes(token)
        assert found is not None, token
        names = schema.input_names(found[0])
        replacing = replacements.of_type(token)
        assert {path.split(".")[0] for path in (*replacing, *rule.protected_by)} <= names, token
        assert set(rule.outputs) <= set(schema.outputs(found[1])), token


@pytest.mark.parametrize("package", PACKAGES)
def test_every_stand_in_is_a_program_that_the_engine_finds_by_its_name(package: str) -> None:
    program = STAND_INS / f"pulumi-resource-{package}"
    assert f'main("{package}"' in program.read_text()
    assert os.access(program, os.X_OK)


def test_every_mapped_property_is_a_member_of_a_service_model() -> None:
    for token in service_model._mapped():
        for path in service_model._mapped()[token]:
            inputs: dict = {}
            below = inputs
            *way, last = path.split(".")
            for part in way:
                below = below.setdefault(part, {})
            below[last] = UNKNOWN
            assert list(service_model.problems(token, inputs)) == []


URN = f"urn:pulumi:s::p::{CLUSTER}::main"
PLACE = rules.place(rules.of("aws"), {"allowedAccountIds": ["111122223333"], "region": "eu-central-1"})
COMPUTED = frozenset({"arn", "endpoint", "status", "name"})


def test_a_resource_is_the_same_each_time_and_its_arn_names_the_account() -> None:
    rule = rules.of("aws").types[CLUSTER]
    first = rules.outputs(rule, URN, {"name": "c"}, COMPUTED, PLACE)
    assert first == rules.outputs(rule, URN, {"name": "c"}, COMPUTED, PLACE)
    assert first[0] == "c"
    assert first[1]["arn"] == "arn:aws:eks:eu-central-1:111122223333:cluster/c"


def test_a_resource_of_google_cloud_lies_in_its_own_project_or_in_that_of_the_provider() -> None:
    of_google = rules.of("gcp")
    place = rules.place(of_google, {"project": "example-dev"})
    rule = of_google.types["gcp:serviceaccount/account:Account"]
    urn = "urn:pulumi:s::p::gcp:serviceaccount/account:Account::nodes"
    own = rules.outputs(rule, urn, {"accountId": "a", "project": "example-prod"}, frozenset(), place)
    assert own[1]["email"] == "a@example-prod.iam.gserviceaccount.com"
    assert rules.outputs(rule, urn, {"accountId": "a"}, frozenset(), place)[1]["email"].startswith("a@example-dev.")


def test_what_the_cloud_adds_inside_an_input_is_unknown_before_and_there_after() -> None:
    rule = rules.of("gcp").types[GKE]
    inputs = {"name": "c", "privateClusterConfig": {"enablePrivateNodes": True}}
    before = rules.previewed(rule, inputs, frozenset({"endpoint"}))
    assert before["privateClusterConfig"]["privateEndpoint"] is UNKNOWN
    assert before["endpoint"] is UNKNOWN
    urn = f"urn:pulumi:s::p::{GKE}::main"
    _, after = rules.outputs(rule, urn, inputs, frozenset({"endpoint"}), {})
    assert after["privateClusterConfig"]["enablePrivateNodes"] is True
    assert after["privateClusterConfig"]["privateEndpoint"] == "192.0.2.2"


def test_what_the_cloud_adds_inside_a_list_goes_to_the_same_item() -> None:
    rule = rules.of("azure-native").types["azure-native:network:AzureFirewall"]
    inputs = {"azureFirewallName": "f", "ipConfigurations": [{"name": "only"}]}
    assert rules.previewed(rule, inputs, frozenset())["ipConfigurations"] == [
        {"name": "only", "privateIPAddress": UNKNOWN}
    ]
    urn = "urn:pulumi:s::p::azure-native:network:AzureFirewall::f"
    id_, state = rules.outputs(rule, urn, {**inputs, "resourceGroupName": "g"}, frozenset(), {"subscription": "s"})
    assert id_ == "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/azureFirewalls/f"
    assert state["ipConfigurations"] == [{"name": "only", "privateIPAddress": "192.0.2.4"}]


def test_a_question_is_answered_by_the_rules_or_by_the_test_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    azure, token = rules.of("azure-native"), "azure-native:containerservice:listManagedClusterUserCredentials"
    assert rules.answer(azure, token, {}) != rules.answer(azure, "azure-native:storage:listStorageAccountKeys", {})
    assert rules.answer(azure, "azure-native:storage:listStorageAccountKeys", {}) is None
    monkeypatch.setenv(rules.OVERRIDES, json.dumps({token: {"kubeconfigs": [{"value": "aGVyZQ=="}]}}))
    assert rules.answer(azure, token, {}) == {"kubeconfigs": [{"name": "clusterUser", "value": "aGVyZQ=="}]}


def test_a_test_can_say_where_the_cluster_answers_and_what_has_drifted(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = rules.of("aws").types[CLUSTER]
    monkeypatch.setenv(rules.OVERRIDES, json.dumps({f"{CLUSTER}::main": {"endpoint": "https://here"}}))
    monkeypatch.setenv(rules.DRIFT, json.dumps({f"{CLUSTER}::main": {"status": "FAILED"}}))
    assert rules.outputs(rule, URN, {"name": "c"}, COMPUTED, PLACE)[1]["endpoint"] == "https://here"
    assert rules.drifted(URN, {"status": "ACTIVE", "name": "c"}) == {"status": "FAILED", "name": "c"}


@pytest.mark.parametrize(
    ("before", "after", "refused"), [("1.35", "1.36", 0), ("1.35", "1.35", 0), ("1.35", "1.34", 1), ("1.34", "1.36", 1)]
)
def test_a_minor_goes_up_by_one(before: str, after: str, refused: int) -> None:
    rule = rules.of("aws").types[CLUSTER]
    assert len(list(rules.refusals(rule, {"version": before}, {"version": after}))) == refused


def test_a_list_of_ids_that_the_cloud_answers_by_id_comes_back_so_and_is_unknown_with_one_of_them() -> None:
    _, resource = schema.classes("azure-native:containerservice:ManagedCluster") or (None, None)
    assert resource is not None
    types = schema.outputs(resource)
    given = {"identity": {"type": "UserAssigned", "userAssignedIdentities": ["/one"]}, "tags": {"a": "b"}}
    answered = schema.answered(types, given)
    assert answered == {
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {"/one": {}}},
        "tags": {"a": "b"},
    }
    unknown = schema.answered(types, {"identity": {"userAssignedIdentities": ["/one", UNKNOWN]}})
    assert unknown["identity"]["userAssignedIdentities"] is UNKNOWN
