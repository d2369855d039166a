"""The SDK's conversions of values, without the work that plain values don't need.

What a chart renders to is text, numbers, lists and maps, and so is most of what a cloud's resource is made of. The SDK
asks of each of these values whether it is an output, a secret, an asset, a resource, or has a type to be made of it;
and it does so when it sends the inputs, when it reads the answer, and when it gives the answer to the resource.
"""

from collections.abc import Awaitable, Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, cast

import pulumi
from google.protobuf import struct_pb2
from pulumi.runtime import rpc

from .monitor import SIGNATURE
from .patched import patched

_MARKS = (SIGNATURE.encode(), rpc.UNKNOWN.encode(), b"__")
"""In a message: what is no plain value, what is unknown, and a property that the SDK may leave out."""
_SCALARS = (str, int, bool, float)
_CONTAINERS = (dict, list)
_OF_EVERY_RESOURCE = (pulumi.Resource.translate_input_property, pulumi.Resource.translate_output_property)


@contextmanager
def converted_fast() -> Generator[None]:
    """Let the SDK convert plain values by this module, for as long as a program runs."""
    with ExitStack() as all_of_them:
        for name, made in (
            ("serialize_property", _serialize_property),
            ("deserialize_properties", _deserialize_properties),
            ("translate_output_properties", _translate_output_properties),
        ):
            if original := getattr(rpc, name, None):
                all_of_them.enter_context(patched(rpc, name, made(original)))
        yield


def _serialize_property(original: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def serialize_property(
        value: Any,
        deps: Any,
        property_key: Any,
        resource_obj: Any = None,
        input_transformer: Any = None,
        typ: Any = None,
        *further: Any,
        **named: Any,
    ) -> Any:
        if not named.get("return_protobuf_value"):
            if type(value) in _SCALARS:
                return value
            if typ is None and isinstance(value, _CONTAINERS) and _keeps_keys(input_transformer):
                with suppress(_NotPlainError):
                    return _copied(value)
        return await original(value, deps, property_key, resource_obj, input_transformer, typ, *further, **named)

    return serialize_property


def _deserialize_properties(original: Callable[..., Any]) -> Callable[..., Any]:
    def deserialize_properties(props_struct: struct_pb2.Struct, *further: Any, **named: Any) -> Any:
        sent = props_struct.SerializeToString()
        if any(mark in sent for mark in _MARKS):
            return original(props_struct, *further, **named)
        return _of_struct(props_struct)

    return deserialize_properties


def _translate_output_properties(original: Callable[..., Any]) -> Callable[..., Any]:
    def translate_output_properties(
        output: Any, output_transformer: Any, typ: Any = None, *further: Any, **named: Any
    ) -> Any:
        # The first of the further arguments says that names follow from types alone.
        if typ is None and (any(further[:1]) or _keeps_keys(output_transformer)):
            return output
        return original(output, output_transformer, typ, *further, **named)

    return translate_output_properties


def _keeps_keys(translate: Any) -> bool:
    """Return whether a translation of keys is none, as that of a resource whose class has no other."""
    return translate is None or getattr(translate, "__func__", None) in _OF_EVERY_RESOURCE


def _copied(value: Any) -> Any:
    """Return a copy of a plain value; raises `_NotPlainError` where it is none."""
    if value is None or type(value) in _SCALARS:
        return value
    if type(value) is dict:
        return {key: _copied(each) for key, each in cast("dict[str, Any]", value).items()}
    if type(value) is list:
        return [_copied(each) for each in cast("list[Any]", value)]
    raise _NotPlainError


class _NotPlainError(Exception):
    pass


def _of_struct(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Return the properties of a message; null is as good as absent there, as the SDK has it."""
    found = ((key, _of_value(value)) for key, value in struct.fields.items())
    return {key: value for key, value in found if value is not None}


def _of_value(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _of_struct(value.struct_value)
    if kind == "list_value":
        return [_of_value(each) for each in value.list_value.values]
    return getattr(value, kind) if kind and kind != "null_value" else None
