"""How recorded Kubernetes objects are read where unknown values may stand anywhere in them."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from policies.model import Resource
from policies.values import unknown_paths


def plain(resource: Resource, *path: str) -> Mapping[str, Any]:
    """Return the mapping at a path of a resource's plain values; empty where absent or unknown."""
    value: Any = resource.props.plain
    for part in path:
        value = as_mapping(value).get(part)
    return as_mapping(value)


def as_mapping(value: Any) -> Mapping[str, Any]:
    """Return a value that is a mapping, else an empty one."""
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def as_list(value: Any) -> Sequence[Any]:
    """Return a value that is a list, else an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def name_of(resource: Resource) -> str:
    """Return the object's name, or the logical one where Pulumi chooses the object's."""
    name = plain(resource, "metadata").get("name")
    return name if isinstance(name, str) else resource.name


def namespace_of(resource: Resource) -> str:
    """Return the object's namespace; absent means `default`."""
    namespace = plain(resource, "metadata").get("namespace")
    return namespace if isinstance(namespace, str) else "default"


def is_known(*values: Any) -> bool:
    """Return whether nothing in the values is unknown."""
    return not any(True for value in values for _ in unknown_paths(value))
