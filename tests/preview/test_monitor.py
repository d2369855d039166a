"""The recorder in the engine's place."""

from types import SimpleNamespace

import pulumi
import pulumi_azure_native as azure_native
import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.proto import resource_pb2

from components.errors import UserError
from policies.values import UNKNOWN
from preview.monitor import RecordingMonitor
from tests.recording import record

STACK = "urn:pulumi:test::secure-clusters::pulumi:pulumi:Stack::secure-clusters-test"


def outputs_request(**outputs: str) -> SimpleNamespace:
    struct = struct_pb2.Struct()
    struct.update(outputs)
    return SimpleNamespace(urn=STACK, outputs=struct)


@pytest.mark.parametrize("order", [[{}, {"a": "b"}], [{"a": "b"}, {}]], ids=["mocks first", "mocks last"])
def test_outputs_are_kept_whichever_root_stack_registers_last(order: list[dict[str, str]]) -> None:
    monitor = RecordingMonitor({})
    for outputs in order:
        monitor.RegisterResourceOutputs(outputs_request(**outputs))
    assert monitor.outputs == {"a": "b"}


def test_a_component_has_no_outputs_of_the_stack() -> None:
    monitor = RecordingMonitor({})
    request = outputs_request(a="b")
    request.urn = STACK.replace("pulumi:pulumi:Stack", "secureclusters:tenancy:Tenant")
    monitor.RegisterResourceOutputs(request)
    assert monitor.outputs == {}


def test_the_same_resource_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monitor = RecordingMonitor({})
    monkeypatch.setattr(monitor, "make_urn", lambda *_: "urn:pulumi:test::p::a:b:C::x")
    request = resource_pb2.RegisterResourceRequest(type="a:b:C", name="x")
    monitor.RegisterResource(request)
    with pytest.raises(UserError, match="registers 'x' of type a:b:C twice"):
        monitor.RegisterResource(request)


def test_what_a_property_is_made_of_is_known_where_its_value_is_not() -> None:
    def program() -> None:
        network = azure_native.network.VirtualNetwork("network", resource_group_name="group")
        component = pulumi.ComponentResource("test:azure:Logs", "logs")
        target = pulumi.Output.concat(network.id, "/")
        opts = pulumi.ResourceOptions(parent=component)
        azure_native.monitor.DiagnosticSetting("audit", resource_uri=target, workspace_id="known", opts=opts)

    recorded = {resource.name: resource for resource in record(program).values()}
    audit = recorded["audit"]
    assert audit.props.plain["resourceUri"] is UNKNOWN
    assert audit.references == {"resourceUri": (recorded["network"].urn,)}
    assert recorded["network"].references == {}


@pytest.mark.parametrize("known", [True, False])
def test_identities_that_azure_takes_as_a_list_come_back_as_the_map_that_it_keeps(known: bool) -> None:
    seen: list[dict] = []

    def program() -> None:
        own = azure_native.managedidentity.UserAssignedIdentity("own", resource_group_name="group")
        identity = azure_native.containerservice.ManagedClusterIdentityArgs(
            type=azure_native.containerservice.ResourceIdentityType.USER_ASSIGNED,
            user_assigned_identities=["/subscriptions/x"] if known else [own.id],
        )
        cluster = azure_native.containerservice.ManagedCluster("c", resource_group_name="group", identity=identity)
        cluster.identity.apply(lambda answered: seen.append(dict(answered.user_assigned_identities)))

    recorded = {resource.name: resource for resource in record(program).values()}
    expected = ["/subscriptions/x"] if known else [UNKNOWN]
    assert recorded["c"].props.plain["identity"]["userAssignedIdentities"] == expected, "controls see what was given"
    assert [list(each) for each in seen] == ([["/subscriptions/x"]] if known else [])


def test_what_is_secret_is_recorded_by_its_place_whatever_it_is_made_of() -> None:
    def program() -> None:
        pulumi.CustomResource(
            "test:index:Thing",
            "it",
            {
                "plain": "a",
                "secret": pulumi.Output.secret("b"),
                "deep": {"list": ["a", pulumi.Output.secret("b")], "more": {"x": pulumi.Output.secret("b")}},
                "named": "c",
            },
            pulumi.ResourceOptions(additional_secret_outputs=["named"], replace_on_changes=["plain"]),
        )

    (it,) = record(program).values()
    assert it.secrets == {("secret",), ("deep", "list", 1), ("deep", "more", "x"), ("named",)}
    assert it.replace_on_changes == ("plain",)
