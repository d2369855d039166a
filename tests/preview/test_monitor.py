"""The recorder in the engine's place."""

from types import SimpleNamespace

import pytest
from google.protobuf import struct_pb2

from components.errors import UserError
from preview.monitor import RecordingMonitor

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
    request = SimpleNamespace(type="a:b:C", name="x", parent="", object=struct_pb2.Struct())
    monitor.RegisterResource(request)
    with pytest.raises(UserError, match="registers 'x' of type a:b:C twice"):
        monitor.RegisterResource(request)
