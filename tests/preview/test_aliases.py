"""What a resource was called before is no matter of a preview."""

import pulumi
import pulumi_azure_native as azure_native
import pytest
from pulumi.runtime import resource as sdk

from preview import aliases
from tests.recording import record

WORKED_OUT = ((pulumi.resource, "collapse_alias_to_urn"), (sdk, "prepare_aliases"))


def program() -> None:
    renamed = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old", parent=pulumi.ROOT_STACK_RESOURCE), "urn:old"])
    component = pulumi.ComponentResource("test:x:Component", "component", opts=renamed)
    azure_native.network.VirtualNetwork(
        "network", resource_group_name="group", opts=pulumi.ResourceOptions(parent=component)
    )


def test_a_program_registers_the_same_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    without = record(program)
    monkeypatch.setattr(aliases, "patched", lambda *_: aliases.ExitStack())
    assert record(program) == without
    assert {each.name for each in without.values()} == {"component", "network"}


def test_none_is_worked_out_and_the_sdk_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("an alias was worked out")

    for module, name in WORKED_OUT:
        monkeypatch.setattr(module, name, refuse)
    record(program)
    assert [getattr(module, name) for module, name in WORKED_OUT] == [refuse, refuse]
