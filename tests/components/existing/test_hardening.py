import base64
import re
from collections.abc import Mapping
from typing import Any

import pytest

from components.existing import hardening
from components.existing.hardening import Component, arguments, local_arguments

PATHS = {
    name: f"/files/{name}"
    for name in (
        "authentication_config",
        "admission_config",
        "encryption_config",
        "audit_policy",
        "audit_log",
        "kubelet_ca",
    )
}
EVERY_ARGUMENT = [
    pytest.param(argument, id=f"{component}-{argument.flag}")
    for component in Component
    for argument in arguments(component, PATHS)
]


def values(component: Component) -> Mapping[str, object]:
    return {argument.flag: argument.value for argument in arguments(component, PATHS)}


@pytest.mark.parametrize("argument", EVERY_ARGUMENT)
def test_every_setting_has_one_sentence_of_reason_and_a_source(argument: hardening.Argument):
    assert re.fullmatch(r"[A-Z][^\n]+\.", argument.reason)
    assert argument.source.startswith("https://")


@pytest.mark.parametrize("component", list(Component))
def test_no_setting_is_given_twice(component: Component):
    flags = [argument.flag for argument in arguments(component, PATHS)]
    assert flags
    assert len(flags) == len(set(flags))


@pytest.mark.parametrize("component", [one for one in Component if one is not Component.KUBELET])
def test_values_of_flags_are_text_so_that_yaml_cannot_turn_false_into_a_boolean(component: Component):
    assert all(isinstance(argument.value, str) for argument in arguments(component, PATHS))


def test_placeholders_are_filled_with_the_paths_of_the_caller():
    flags = values(Component.API_SERVER)
    assert flags["audit-log-path"] == "/files/audit_log"
    assert flags["kubelet-certificate-authority"] == "/files/kubelet_ca"
    assert not any("{" in str(value) for value in flags.values())


def test_a_placeholder_that_the_caller_forgot_is_an_error():
    with pytest.raises(KeyError, match="audit_log"):
        arguments(Component.API_SERVER, {name: path for name, path in PATHS.items() if name != "audit_log"})


def test_a_control_plane_without_nodes_gets_no_setting_that_needs_a_kubelet():
    without_kubelet = {name: path for name, path in PATHS.items() if name != "kubelet_ca"}
    local = {argument.flag for argument in local_arguments(Component.API_SERVER, without_kubelet)}
    assert values(Component.API_SERVER).keys() - local == {"kubelet-certificate-authority"}
    assert local_arguments(Component.KUBELET, {}) == []


def test_a_setting_reads_as_a_command_line():
    [profiling] = [one for one in arguments(Component.SCHEDULER, {}) if one.flag == "profiling"]
    assert profiling.command_line == "--profiling=false"


def test_only_the_health_paths_answer_without_credentials():
    anonymous: Any = hardening.authentication_configuration()["anonymous"]
    assert {condition["path"] for condition in anonymous["conditions"]} == {"/livez", "/readyz", "/healthz"}
    # The flag and the file exclude each other; the API server would not start.
    assert "anonymous-auth" not in values(Component.API_SERVER)


def test_every_audit_rule_has_a_reason():
    assert all(re.fullmatch(r"[A-Z][^\n]+\.", entry.reason) for entry in hardening.audit_rules())


def matching_level(**request: Any) -> str:
    """Return the level of the first rule that matches, as the API server chooses it."""
    policy: Any = hardening.audit_policy()
    return next(rule["level"] for rule in policy["rules"] if _matches(rule, request))


def _matches(rule: dict[str, Any], request: dict[str, Any]) -> bool:
    if "nonResourceURLs" in rule:
        return False
    return (
        request["user"] in rule.get("users", [request["user"]])
        and (not rule.get("userGroups") or bool(set(rule["userGroups"]) & set(request.get("groups", []))))
        and request["verb"] in rule.get("verbs", [request["verb"]])
        and _matches_resource(rule.get("resources"), request)
    )


def _matches_resource(resources: list[dict[str, Any]] | None, request: dict[str, Any]) -> bool:
    return resources is None or any(
        entry["group"] == request["group"] and request["resource"] in entry.get("resources", [request["resource"]])
        for entry in resources
    )


@pytest.mark.parametrize(
    ("user", "groups", "verb", "group", "resource", "level"),
    [
        ("alice", [], "get", "", "secrets", "Metadata"),
        ("alice", [], "create", "", "configmaps", "Metadata"),
        ("system:apiserver", [], "watch", "", "secrets", "Metadata"),
        ("system:node:a", ["system:nodes"], "watch", "", "secrets", "Metadata"),
        ("system:node:a", ["system:nodes"], "watch", "", "pods", "None"),
        ("system:node:a", ["system:nodes"], "update", "coordination.k8s.io", "leases", "None"),
        ("alice", [], "update", "coordination.k8s.io", "leases", "Metadata"),
        ("alice", [], "create", "authentication.k8s.io", "tokenreviews", "Metadata"),
        ("alice", [], "create", "", "serviceaccounts/token", "Metadata"),
        ("alice", [], "create", "", "pods/exec", "Request"),
        ("alice", [], "get", "", "pods/exec", "Request"),
        ("alice", [], "get", "", "pods/portforward", "Request"),
        ("alice", [], "patch", "", "pods/ephemeralcontainers", "Request"),
        ("alice", [], "create", "rbac.authorization.k8s.io", "clusterrolebindings", "RequestResponse"),
        ("alice", [], "get", "rbac.authorization.k8s.io", "clusterrolebindings", "Metadata"),
        ("alice", [], "delete", "networking.k8s.io", "networkpolicies", "RequestResponse"),
        ("alice", [], "create", "", "events", "None"),
        ("alice", [], "deletecollection", "events.k8s.io", "events", "Metadata"),
        ("alice", [], "watch", "", "pods", "Metadata"),
        ("alice", [], "create", "", "pods", "Metadata"),
        ("alice", [], "create", "example.org", "widgets", "Metadata"),
    ],
)
def test_the_audit_policy_records_what_an_investigation_needs_and_never_a_credential(
    user: str, groups: list[str], verb: str, group: str, resource: str, level: str
):
    assert matching_level(user=user, groups=groups, verb=verb, group=group, resource=resource) == level


def test_secrets_and_configmaps_are_encrypted_and_plain_text_in_etcd_is_not_believed():
    configuration: Any = hardening.encryption_configuration(b"k" * 32)
    [entry] = configuration["resources"]
    assert entry["resources"] == ["secrets", "configmaps"]
    [provider] = entry["providers"]
    assert base64.b64decode(provider["secretbox"]["keys"][0]["secret"]) == b"k" * 32


def test_a_key_of_another_length_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        hardening.encryption_configuration(b"short")
