"""What the installed SDKs of the clouds say of a resource's inputs: the names on the wire, at every depth."""

import importlib
import inspect
import typing
from collections.abc import Iterator, Mapping, Sequence

from pulumi import _types

CLOUDS = ("aws", "azure-native", "gcp")
RENAMED = {"azure-native:insights:DiagnosticSetting": "azure-native:monitor:DiagnosticSetting"}
"""Types of an older major of a provider that controls know as well, with those of the SDK."""


def is_cloud(token: str) -> bool:
    return token.split(":", 1)[0] in CLOUDS


def input_class(token: str) -> type | None:
    """Return the class of a resource's inputs: `aws:eks/cluster:Cluster` is `pulumi_aws.eks.ClusterArgs`."""
    package, module, kind = RENAMED.get(token, token).split(":")
    try:
        loaded = importlib.import_module(f"pulumi_{package.replace('-', '_')}.{module.split('/')[0]}")
        # where a nested input has the resource's own name, the resource's inputs are named otherwise
        return getattr(loaded, f"{kind}InitArgs", None) or getattr(loaded, f"{kind}Args")
    except (ImportError, AttributeError):
        return None


def is_required(of: type, path: Sequence[str]) -> bool:
    """Whether the SDK asks for the property at a path, given what lies above it."""
    name = _types.input_type_py_to_pulumi_names(of)
    types = _types.input_type_types(of)
    if path[0] not in types:
        return False
    if len(path) > 1:
        return any(is_required(each, path[1:]) for each in _input_types(types[path[0]]))
    python_name = next(python for python, wire in name.items() if wire == path[0])
    return inspect.signature(of.__init__).parameters[python_name].default is inspect.Parameter.empty


def unknown_inputs(of: type, value: Mapping[str, object], path: str = "") -> Iterator[str]:
    """Yield the path of each key that the SDK has no input for."""
    known = _types.input_type_types(of)
    for key, below in value.items():
        if key not in known:
            yield f"{path}{key}"
        else:
            yield from _below(known[key], below, f"{path}{key}.")


def _below(type_: object, value: object, path: str) -> Iterator[str]:
    nested = _input_types(type_)
    if isinstance(value, list):
        for item in value:
            yield from _below(type_, item, path)
    elif isinstance(value, Mapping) and nested:
        values = value.values() if typing.get_origin(_plain(type_)) is _MAPPING else (value,)
        for each in values:
            if isinstance(each, Mapping):
                yield from min((list(unknown_inputs(one, each, path)) for one in nested), key=len)


_MAPPING = typing.get_origin(typing.Mapping[str, str])


def _plain(type_: object) -> object:
    """Return the first branch of a union: the others are its outputs."""
    return _plain(typing.get_args(type_)[0]) if typing.get_origin(type_) is typing.Union else type_


def _input_types(type_: object) -> list[type]:
    if isinstance(type_, type) and _types.is_input_type(type_):
        return [type_]
    return [found for each in typing.get_args(type_) for found in _input_types(each)]
