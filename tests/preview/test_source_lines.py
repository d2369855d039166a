"""The line that made a resource, told as the SDK tells it."""

import inspect

import pulumi
import pulumi_kubernetes as kubernetes
import pytest
from pulumi.runtime import resource as sdk

from preview import source_lines
from tests.recording import record


class Component(pulumi.ComponentResource):
    def __init__(self, name: str) -> None:
        super().__init__("test:x:Component", name)
        kubernetes.core.v1.Namespace("inside", opts=pulumi.ResourceOptions(parent=self))


def program() -> None:
    kubernetes.core.v1.ConfigMap("alone")
    Component("component")


def places() -> dict[str, str | None]:
    return {resource.name: resource.made_at for resource in record(program).values()}


def line(text: str) -> str:
    lines = inspect.getsource(inspect.getmodule(program)).splitlines()
    return f"tests/preview/test_source_lines.py:{next(n for n, each in enumerate(lines, 1) if text in each)}"


def test_a_resource_was_made_where_its_constructor_is_called_and_a_component_where_its_own_is() -> None:
    assert places() == {
        "alone": line("ConfigMap("),
        "component": line('    Component("component")'),
        "inside": line("Namespace("),
    }


def test_the_sdk_tells_the_same_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = places()
    monkeypatch.setattr(source_lines, "_FUNCTION", "_gone_in_this_sdk")
    assert places() == cheap


def test_the_sdk_is_left_as_it_was() -> None:
    before = sdk._get_stack_trace
    places()
    assert sdk._get_stack_trace is before
