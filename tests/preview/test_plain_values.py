"""Conversions of plain values are faster, and the same as the SDK's own."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest
from google.protobuf import struct_pb2
from hypothesis import given, settings
from hypothesis import strategies as st
from pulumi.runtime import rpc

from preview.plain_values import converted_fast

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "hidden"}
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**40), 2**40), st.floats(allow_nan=False), st.text(), st.just(rpc.UNKNOWN)
)
VALUES = st.recursive(
    st.one_of(LEAVES, st.just(SECRET)),
    lambda below: st.one_of(
        st.lists(below, max_size=4), st.dictionaries(st.one_of(st.text(), st.just("__kept")), below, max_size=4)
    ),
    max_leaves=20,
)
OBJECTS = st.dictionaries(st.text(), VALUES, max_size=4)


class Renaming(pulumi.Resource):
    def __init__(self) -> None:
        """Register nothing: only how it names properties is asked for."""

    def translate_input_property(self, prop: str) -> str:
        return f"{prop}-in"

    def translate_output_property(self, prop: str) -> str:
        return f"{prop}-out"


class Plain(pulumi.Resource):
    def __init__(self) -> None:
        """Register nothing."""


def struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    message = struct_pb2.Struct()
    message.update(dict(values))
    return message


def serialized(values: Any, resource: pulumi.Resource | None) -> Any:
    translate = resource.translate_input_property if resource else None
    dependencies: dict[str, list[pulumi.Resource]] = {}
    return asyncio.run(rpc.serialize_properties(values, dependencies, resource, translate)), dependencies


@settings(deadline=None)
@given(OBJECTS)
def test_a_message_is_read_as_the_sdk_reads_it(values: Mapping[str, Any]) -> None:
    for keep in (None, True):
        expected = rpc.deserialize_properties(struct(values), keep_unknowns=keep)
        with converted_fast():
            found = rpc.deserialize_properties(struct(values), keep_unknowns=keep)
        assert comparable(found) == comparable(expected)


@settings(deadline=None)
@given(OBJECTS)
def test_values_are_sent_as_the_sdk_sends_them(values: Mapping[str, Any]) -> None:
    for resource in (None, Plain(), Renaming()):
        expected = serialized(values, resource)
        with converted_fast():
            assert serialized(values, resource) == expected


@settings(deadline=None)
@given(OBJECTS)
def test_an_answer_is_translated_as_the_sdk_translates_it(values: Mapping[str, Any]) -> None:
    for resource in (Plain(), Renaming()):
        expected = rpc.translate_output_properties(values, resource.translate_output_property)
        with converted_fast():
            assert rpc.translate_output_properties(values, resource.translate_output_property) == expected


@pytest.mark.parametrize("kind", ["output", "secret", "asset", "tuple"])
def test_what_is_not_plain_is_sent_by_the_sdk_wherever_it_is(kind: str) -> None:
    async def both() -> None:
        hidden: Any = {
            "output": pulumi.Output.from_input("a"),
            "secret": pulumi.Output.secret("a"),
            "asset": pulumi.StringAsset("a"),
            "tuple": (1, 2),
        }[kind]
        values = {"deep": [{"down": hidden}], "beside": {"a": [1, None]}}
        expected = await rpc.serialize_properties(values, {})
        with converted_fast():
            assert await rpc.serialize_properties(values, {}) == expected

    asyncio.run(both())


def test_a_value_that_can_not_be_sent_is_refused_as_ever() -> None:
    with converted_fast(), pytest.raises(ValueError, match="unexpected input of type object"):
        serialized({"a": [object()]}, None)


def test_the_program_may_change_what_it_gave_without_changing_what_was_sent() -> None:
    values = {"list": [1]}
    with converted_fast():
        copy = asyncio.run(rpc.serialize_property(values, [], "key"))
    values["list"].append(2)
    assert copy == {"list": [1]}


def test_the_sdks_own_functions_are_back_afterwards() -> None:
    own = rpc.serialize_property, rpc.deserialize_properties, rpc.translate_output_properties
    with converted_fast():
        assert rpc.serialize_property is not own[0]
    assert (rpc.serialize_property, rpc.deserialize_properties, rpc.translate_output_properties) == own


def comparable(value: Any) -> Any:
    """Replace what is equal to nothing, not even to another one of its kind."""
    if isinstance(value, pulumi.output.Unknown):
        return "unknown"
    if isinstance(value, dict):
        return {key: comparable(each) for key, each in value.items()}
    return [comparable(each) for each in value] if isinstance(value, list) else value
