"""What the installed SDK says of a resource: its inputs, their types, and its outputs."""

import enum
import importlib
import inspect
import re
import typing
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from typing import Any

import pulumi
from pulumi import _types

from local.providers.properties import UNKNOWN, Object, reveal

Problem = tuple[str, str]
"""A property path, and what is wrong there."""
_AZURE = re.compile(r"^azure-native(?:_(?P<package>\w+?)_v\w+)?:(?P<module>\w+)(?:/v\w+)?$")


def classes(token: str) -> tuple[type, type] | None:
    """Return the classes of a resource's inputs and of the resource; None for a type that the SDK doesn't have.

    `aws:eks/cluster:Cluster` is `pulumi_aws.eks.Cluster` with `ClusterArgs`. Azure's API versions are left out.
    """
    place, _, kind = token.rpartition(":")
    package, module = place.split(":", 1)
    if azure := _AZURE.match(place):
        package, module = "azure-native", azure["module"]
    try:
        loaded = importlib.import_module(f"pulumi_{package.replace('-', '_')}.{module.split('/')[0]}")
        # Where a nested input has the resource's own name, the resource's inputs are named otherwise.
        inputs = getattr(loaded, f"{kind}InitArgs", None) or getattr(loaded, f"{kind}Args")
        return inputs, getattr(loaded, kind)
    except (ImportError, AttributeError):
        return None


def outputs(resource: type) -> Mapping[str, Any]:
    """Return the types of a resource's outputs by their names on the wire."""
    return _types.resource_types(resource)


def input_names(inputs: type) -> frozenset[str]:
    """Return the names of a resource's inputs on the wire."""
    return frozenset(_types.input_type_types(inputs))


def answered(types: Mapping[str, Any], properties: Object) -> Object:
    """Return properties in the shape that the cloud answers in; `types` are those of the outputs.

    Some lists of ids, as Azure's of identities, come back as objects by id.
    """
    return {key: _answered(types.get(key), value) for key, value in properties.items()}


def _answered(type_: Any, value: Any) -> Any:
    origin = typing.get_origin(type_)
    if isinstance(value, list) and origin is not None:
        if issubclass(origin, Mapping):
            ids = [reveal(each) for each in typing.cast("list[Any]", value)]
            return UNKNOWN if UNKNOWN in ids else {each: {} for each in ids}
        return [_answered(typing.get_args(type_)[0], each) for each in typing.cast("list[Any]", value)]
    if isinstance(value, dict) and isinstance(type_, type) and _types.is_output_type(type_):
        return answered(_types.output_type_types(type_), typing.cast("Object", value))
    return value


def problems(of: type, value: Mapping[str, Any], path: str = "") -> Iterator[Problem]:
    """Yield every unknown, missing and mistyped property at every depth; what is not known yet fits anywhere."""
    known = _types.input_type_types(of)
    names = _types.input_type_py_to_pulumi_names(of)
    for key, below in value.items():
        if key == "__defaults":
            continue
        if key not in known:
            yield f"{path}{key}", f"the SDK knows no such property of {of.__name__.removesuffix('Args')}"
        elif below is not None:
            yield from _mistyped(known[key], below, f"{path}{key}")
    for name, parameter in inspect.signature(of.__init__).parameters.items():
        required = parameter.default is inspect.Parameter.empty and parameter.kind is parameter.KEYWORD_ONLY
        if required and value.get(names[name]) is None:
            yield f"{path}{names[name]}", "it is required"


def _mistyped(type_: Any, value: Any, path: str) -> Iterator[Problem]:
    value = reveal(value)
    if value is UNKNOWN:
        return
    branches = list(_branches(type_))
    answers = [list(_against(branch, value, path)) for branch in branches]
    if answers and all(answers):
        yield from min(answers, key=len)


def _against(type_: Any, value: Any, path: str) -> Iterator[Problem]:
    origin = typing.get_origin(type_)
    if origin is not None and issubclass(origin, Mapping):
        yield from _each_value(typing.get_args(type_)[1], value, path)
    elif origin is not None and issubclass(origin, Sequence):
        yield from _each_item(typing.get_args(type_)[0], value, path)
    elif isinstance(type_, type) and _types.is_input_type(type_):
        if isinstance(value, Mapping):
            yield from problems(type_, typing.cast("Mapping[str, Any]", value), f"{path}.")
        else:
            yield path, "it must be an object"
    elif isinstance(type_, type) and issubclass(type_, enum.Enum):
        allowed = [each.value for each in type_]
        if value not in allowed:
            yield path, f"it must be one of {', '.join(map(str, allowed))}"
    elif isinstance(type_, type) and not _fits(type_, value):
        yield path, f"it must be {_ARTICLES.get(type_, type_.__name__)}"


_ARTICLES = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}


def _each_value(type_: Any, value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield path, "it must be an object"
        return
    for key, below in typing.cast("Mapping[str, Any]", value).items():
        yield from _mistyped(type_, below, f"{path}.{key}")


def _each_item(type_: Any, value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield path, "it must be a list"
        return
    for index, below in enumerate(typing.cast("list[Any]", value)):
        yield from _mistyped(type_, below, f"{path}[{index}]")


def _fits(type_: type, value: Any) -> bool:
    match value:
        case bool():
            return type_ is bool
        case int():
            return type_ in (int, float)
        case float():
            return type_ is float
        case _:
            return not issubclass(type_, str | bool | int | float) or isinstance(value, type_)


def _branches(type_: Any) -> Iterator[Any]:
    """Yield what a value may be; outputs and awaitables are what a program writes in its place.

    An enumeration beside a text only suggests: the SDK takes any text, and so may the cloud.
    """
    if typing.get_origin(type_) is typing.Union:
        for each in typing.get_args(type_):
            yield from _branches(each)
    elif type_ is not type(None) and not _is_promise(type_):
        yield type_


def _is_promise(type_: Any) -> bool:
    origin = typing.get_origin(type_) or type_
    return isinstance(origin, type) and issubclass(origin, Awaitable | pulumi.Output)
