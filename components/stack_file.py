"""Read a stack file as the engine would: configuration as strings, secrets opaque."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from . import yaml_file
from .errors import UserError
from .naming import PROJECT

SECRET = "[secret]"  # noqa: S105 - what stands for every secret


@dataclass(frozen=True, kw_only=True)
class StackFile:
    """A stack's name and its configuration."""

    name: str
    config: dict[str, str]
    """Fully named key to string; objects and lists are JSON, as the engine hands them over."""
    secret_keys: frozenset[str]
    """Keys whose value is encrypted, or holds something that is."""

    @property
    def cluster_stack(self) -> str | None:
        """Name of the stack that a tenants stack refers to: the last part of `clusterStack`."""
        reference = self.config.get(f"{PROJECT}:clusterStack")
        return reference.rsplit("/", 1)[-1] if reference else None


def names(folder: Path) -> list[str]:
    """Return the names of all stacks, sorted."""
    files = folder.glob("Pulumi.*.yaml")
    return sorted(file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in files)


def read(name: str, folder: Path) -> StackFile:
    """Return a stack file.

    Raises `UserError` where there is none of that name (with the names there are) or it isn't a stack file.
    """
    file = folder / f"Pulumi.{name}.yaml"
    if name not in names(folder):
        raise UserError(f"there is no stack {name!r}; there are {', '.join(names(folder)) or 'none'}")
    source = f"{folder.name}/{file.name}"
    content = yaml_file.read(file, source)
    config: Any = cast("dict[str, Any]", content).get("config") if isinstance(content, dict) else None
    if not isinstance(config, dict):
        raise UserError(f"{source} has no configuration; it must hold the key 'config' with the stack's settings")
    values = cast("dict[Any, Any]", config)
    strings = {_full_name(key): _as_string(values[key]) for key in values}
    secret_keys = frozenset(key for key, text in strings.items() if SECRET in text)
    return StackFile(name=name, config=strings, secret_keys=secret_keys)


def _full_name(key: object) -> str:
    text = str(key)
    return text if ":" in text else f"{PROJECT}:{text}"


def _as_string(value: object) -> str:
    opaque = _opaque(value)
    return opaque if isinstance(opaque, str) else json.dumps(opaque, default=str)


def _opaque(value: object) -> Any:
    """Replace encrypted values: nobody needs the passphrase to preview."""
    if isinstance(value, dict):
        mapping = cast("dict[str, Any]", value)
        if set(mapping) == {"secure"}:
            return SECRET
        return {key: _opaque(below) for key, below in mapping.items()}
    if isinstance(value, list):
        return [_opaque(below) for below in cast("list[Any]", value)]
    return value
