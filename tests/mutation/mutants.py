"""Weaken recorded resources, one property at a time: booleans flipped, properties and resources removed, lists emptied
and widened, values exchanged for weak ones, policy documents opened."""

import copy
import ipaddress
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from policies.model import Resource
from policies.values import UNKNOWN, Props

EVERYBODY = "0.0.0.0/0"
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Mutant:
    """One change of one resource."""

    resource: Resource
    """The resource as it was."""
    path: str
    """Where: property names joined by dots, indices of lists left out; empty for the whole resource."""
    what: str
    """Which change: `added`, `flipped`, `removed`, `emptied`, `widened`, `weak <value>`, or that of a document."""
    changed: Resource | None
    """The resource as it is now; None where it was removed."""

    @property
    def name(self) -> str:
        """How the list of harmless mutants calls it: `type path what`."""
        return f"{self.resource.type} {self.path or '-'} {self.what}"


def mutants(resource: Resource, weak: Mapping[str, Sequence[Any]], added: Mapping[str, Any]) -> Iterator[Mutant]:
    """Yield every mutant of a resource.

    `weak` holds weak values by the name of the property, `added` what weakens where there is nothing: by property names
    joined by dots, where a list stands for each of its items.
    """
    yield Mutant(resource, "", "removed", None)
    for path, value in added.items():
        props = copy.deepcopy(dict(resource.props.plain))
        if _add(props, path.split("."), value):
            yield Mutant(resource, path, "added", replace(resource, props=Props(props)))
    for path, value in _walk(resource.props.plain, ()):
        for what, changed in _changes(path, value, weak):
            props = copy.deepcopy(dict(resource.props.plain))
            _set(props, path, changed)
            made_of = resource.references
            if len(path) == 1:  # what stands there now is made of no other resource
                made_of = {key: urns for key, urns in made_of.items() if key != path[0]}
            yield Mutant(resource, _dotted(path), what, replace(resource, props=Props(props), references=made_of))


_GONE = object()


def _walk(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if path:
        yield path, value
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from _walk(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _walk(below, (*path, index))


def _changes(path: Path, value: Any, weak: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, Any]]:
    yield "removed", _GONE
    if isinstance(value, bool):
        yield "flipped", not value
    elif isinstance(value, list):
        yield from _of_list(value)
    elif isinstance(value, str) and value is not UNKNOWN:
        yield from _of_text(value)
    name = next(part for part in reversed(path) if isinstance(part, str))
    if not isinstance(value, Mapping | list):
        yield from ((f"weak {other}", other) for other in weak.get(name, ()) if other != value)


def _of_list(value: list[Any]) -> Iterator[tuple[str, Any]]:
    if value:
        yield "emptied", []
    if any(_is_network(each) for each in value):
        yield "widened", [*value, EVERYBODY]


def _of_text(value: str) -> Iterator[tuple[str, Any]]:
    if value in ("true", "false"):
        yield "flipped", "false" if value == "true" else "true"
    elif _is_network(value):
        yield "widened", EVERYBODY
    elif value.startswith("{"):
        yield from _documents(json.loads(value))


def _documents(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield a policy document opened in each way, and another JSON document with each setting taken out."""
    for index, statement in enumerate(document.get("Statement", ())):
        for what, change in _openings(statement):
            opened = copy.deepcopy(dict(document))
            opened["Statement"][index] = change
            yield what, json.dumps(opened)
    if "Statement" not in document:
        for path, _ in _walk(document, ()):
            less = copy.deepcopy(dict(document))
            _set(less, path, _GONE)
            yield f"without {_dotted(path)}", json.dumps(less)


def _openings(statement: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if "Condition" in statement:
        yield "without condition", {key: value for key, value in statement.items() if key != "Condition"}
        for operator, compared in statement["Condition"].items():
            for key in compared:
                rest = {name: value for name, value in compared.items() if name != key}
                yield f"without {key}", {**statement, "Condition": {**statement["Condition"], operator: rest}}
    if "Principal" in statement and statement["Principal"] != "*":
        yield "for everybody", {**statement, "Principal": "*"}
    if statement.get("Action") not in ("*", ["*"]):
        yield "of everything", {**statement, "Action": "*"}


def _is_network(value: Any) -> bool:
    if not isinstance(value, str) or "/" not in value:
        return False
    try:
        return ipaddress.ip_network(value, strict=False).prefixlen > 0
    except ValueError:
        return False


def _set(container: Any, path: Path, value: Any) -> None:
    for part in path[:-1]:
        container = container[part]
    if value is _GONE:
        del container[path[-1]]
    else:
        container[path[-1]] = value


def _add(container: Any, path: Sequence[str], value: Any) -> bool:
    """Set a value and return whether what it stands in is there."""
    if isinstance(container, list):
        found = [_add(item, path, value) for item in container]
        return any(found)
    if not isinstance(container, dict):
        return False
    if len(path) == 1:
        container[path[0]] = value
        return True
    return _add(container.get(path[0]), path[1:], value)


def _dotted(path: Path) -> str:
    return ".".join(part for part in path if isinstance(part, str))
