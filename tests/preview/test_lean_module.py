"""A module of an SDK makes of its classes those that are asked for, and means the same by every name."""

import importlib
import importlib.util
import sys
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest
from pulumi import _types

from preview import lean_module
from tests.preview.toy_sdk import importable

FILES = {
    "__init__": "",
    "net/__init__": "",
    "net/_enums": """
import enum
import pulumi
__all__ = ['Protocol', 'Order']
class Order(enum.Enum):
    FIRST = 'first'
class Protocol(str, enum.Enum):
    UDP = 'udp'
DEFAULT = Order.FIRST
""",
    "net/_inputs": """
import pulumi
from typing import Optional, Sequence
from ._enums import *
__all__ = ['PortArgs', 'RuleArgs', 'BaseArgs', 'ChildArgs']
made = []
class BaseArgs:
    made.append('BaseArgs')
class ChildArgs(BaseArgs):
    made.append('ChildArgs')
@pulumi.input_type
class PortArgs:
    made.append('PortArgs')
@pulumi.input_type
class RuleArgs:
    made.append('RuleArgs')
    def itself(self) -> object:
        return RuleArgs
    @property
    @pulumi.getter(name="ports")
    def ports(self) -> Optional[pulumi.Input[Sequence[pulumi.Input['PortArgs']]]]: ...
    @property
    @pulumi.getter(name="protocol")
    def protocol(self) -> Optional[pulumi.Input['Protocol']]: ...
""",
    "net/rule": """
import pulumi
from ._enums import *
from ._inputs import *
__all__ = ['rule']
def rule(order: Order, *rules: 'RuleArgs') -> pulumi.Input['Protocol']: ...
class Rule:
    @property
    @pulumi.getter(name="protocol")
    def protocol(self) -> pulumi.Output['Protocol']: ...
""",
    "net/eager": """
from ._enums import *
__all__ = ['default']
def default(): return Protocol.UDP
""",
    "net/typed": """
import typing
__all__ = ['typed']
def typed(port: typing.Optional[int] = None) -> None:
    'Docstring.'
""",
}


@pytest.fixture(autouse=True)
def sdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    with importable(FILES, tmp_path, monkeypatch):
        yield


def imported(name: str) -> typing.Any:
    return importlib.import_module(f"toy_sdk.net.{name}")


def test_a_class_is_made_when_it_is_asked_for_and_once() -> None:
    inputs = imported("_inputs")
    assert inputs.made == ["BaseArgs"], "another class is made of it"
    rule = inputs.RuleArgs
    assert inputs.made == ["BaseArgs", "RuleArgs"]
    assert inputs.RuleArgs is rule
    assert rule().itself() is rule
    assert (rule.__module__, rule.__qualname__) == ("toy_sdk.net._inputs", "RuleArgs")
    assert issubclass(inputs.ChildArgs, inputs.BaseArgs)


def test_a_class_that_the_modules_own_code_names_is_there_at_once() -> None:
    enums = imported("_enums")
    assert enums.DEFAULT is enums.Order.FIRST
    assert "Protocol" not in vars(enums)


def test_the_sdk_finds_the_class_that_a_type_names() -> None:
    inputs, enums = imported("_inputs"), imported("_enums")
    types = _types.input_type_types(inputs.RuleArgs)
    assert types["protocol"] is enums.Protocol
    (port,) = typing.get_args(types["ports"])
    assert typing.get_args(port)[0] is inputs.PortArgs


def test_a_module_takes_nothing_over_and_yet_every_name_is_found_through_it() -> None:
    rule = imported("rule")
    assert imported("_inputs").made == ["BaseArgs"]
    assert _types.resource_types(rule.Rule) == {"protocol": imported("_enums").Protocol}
    assert rule.RuleArgs is imported("_inputs").RuleArgs
    with pytest.raises(AttributeError, match=r"toy_sdk\.net\.rule.* no attribute 'Missing'"):
        _ = rule.Missing
    with pytest.raises(AttributeError):
        _ = rule.DEFAULT  # not among the names that are taken over


def test_a_module_whose_own_code_names_what_it_takes_over_takes_it_over() -> None:
    assert imported("eager").default() is imported("_enums").Protocol.UDP


def test_whoever_takes_all_names_gets_all() -> None:
    names: dict[str, object] = {}
    exec("from toy_sdk.net._inputs import *", names)  # noqa: S102 - such an import can't stand in a function
    assert {"PortArgs", "RuleArgs", "BaseArgs", "ChildArgs"} <= names.keys()


def test_an_sdk_that_finds_types_in_another_way_is_executed_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    lean_module._finds_types.cache_clear()
    monkeypatch.delattr(_types, "_globals_for_cls")
    assert imported("_inputs").made == ["BaseArgs", "ChildArgs", "PortArgs", "RuleArgs"]
    lean_module._finds_types.cache_clear()


def test_types_are_evaluated_when_they_are_asked_for_and_the_bytecode_lies_beside_pythons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    typed = imported("typed").typed
    assert typed.__annotations__["port"] == "typing.Optional[int]"
    assert typing.get_type_hints(typed)["port"] == int | None
    assert typed.__doc__ is None
    files = {each.name.partition(".")[2] for each in tmp_path.rglob("typed.*.pyc")}
    assert files == {f"{sys.implementation.cache_tag}{lean_module._ENDING}"}


def test_a_module_whose_bytecode_can_not_be_kept_is_executed_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    typed = imported("typed").typed
    assert typed.__annotations__["port"] == int | None
    assert typed.__doc__ == "Docstring."


def test_bytecode_of_an_older_or_a_broken_file_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    file = Path(importlib.util.cache_from_source(str(tmp_path / "toy_sdk/net/typed.py")))
    lean = file.with_name(f"{file.stem}{lean_module._ENDING}")
    lean.parent.mkdir(parents=True, exist_ok=True)
    lean.write_bytes(b"half a file")
    assert imported("typed").typed.__doc__ is None
    assert lean.read_bytes().startswith(importlib.util.MAGIC_NUMBER)
