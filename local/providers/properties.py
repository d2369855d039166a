"""Property values of the engine's protocol as Python values, and back.

Numbers become int where they are whole. Secrets are `Secret`, values not known yet are `UNKNOWN`.
Signatures: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
Assets and archives are not read: nothing here has any.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.struct_pb2 import NULL_VALUE, Struct, Value

_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a marker of the protocol
_OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
# One sentinel for each type of the value that is to come; the engine takes any of them as unknown.
_UNKNOWN_STRING: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWN: Final = {
    _UNKNOWN_STRING,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
}

Object = dict[str, Any]
"""Properties of a resource, or a part of them; may hold `Secret` and `UNKNOWN`."""


class Unknown:
    """A value that is not known before the update."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True)
class Secret:
    """A value that the engine encrypts in its state; its representation doesn't tell it."""

    value: Any

    def __repr__(self) -> str:
        return "Secret(...)"


def decode(struct: Struct) -> Object:
    """Return the properties as Python values."""
    return {key: _decode(value) for key, value in struct.fields.items()}


def _decode(value: Value) -> Any:
    match value.WhichOneof("kind"):
        case "string_value":
            return UNKNOWN if value.string_value in _UNKNOWN else value.string_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [_decode(item) for item in value.list_value.values]
        case "struct_value":
            return _decode_struct(decode(value.struct_value))
        case _:
            return None


def _decode_struct(fields: Object) -> Any:
    match fields.get(_SIGNATURE):
        case str(signature) if signature == _SECRET:
            return Secret(reveal(fields.get("value")))
        case str(signature) if signature == _OUTPUT:
            value = fields.get("value", UNKNOWN)
            return Secret(reveal(value)) if fields.get("secret") else value
        case str(signature) if signature == _RESOURCE:
            return fields.get("id") or fields.get("urn")
        case _:
            return fields


def encode(properties: Mapping[str, Any]) -> Struct:
    """Return the properties in the form of the protocol."""
    return Struct(fields={key: _encode(value) for key, value in properties.items()})


def _encode(value: Any) -> Value:
    match value:
        case None:
            return Value(null_value=NULL_VALUE)
        case bool():
            return Value(bool_value=value)
        case int() | float():
            return Value(number_value=value)
        case str():
            return Value(string_value=value)
        case Unknown():
            return Value(string_value=_UNKNOWN_STRING)
        case Secret():
            return Value(struct_value=encode({_SIGNATURE: _SECRET, "value": value.value}))
        case Mapping():
            return Value(struct_value=encode(value))
        case _:
            encoded = Value()
            encoded.list_value.values.extend(_encode(item) for item in value)
            return encoded


def reveal(value: Any) -> Any:
    """Return the value without `Secret` around any part of it."""
    match value:
        case Secret():
            return reveal(value.value)
        case dict():
            return {key: reveal(item) for key, item in value.items()}
        case list():
            return [reveal(item) for item in value]
        case _:
            return value


def has_unknown(value: Any) -> bool:
    """Return whether any part of the value is unknown."""
    return any(item is UNKNOWN for item in _leaves(value))


def secret_texts(value: Any) -> Iterator[str]:
    """Yield each text inside a `Secret`."""
    match value:
        case Secret():
            yield from (text for text in _leaves(value) if isinstance(text, str))
        case dict():
            for item in value.values():
                yield from secret_texts(item)
        case list():
            for item in value:
                yield from secret_texts(item)
        case _:
            return


def _leaves(value: Any) -> Iterator[Any]:
    match value:
        case Secret():
            yield from _leaves(value.value)
        case dict():
            for item in value.values():
                yield from _leaves(item)
        case list():
            for item in value:
                yield from _leaves(item)
        case _:
            yield value
