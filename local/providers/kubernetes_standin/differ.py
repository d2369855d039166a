"""What differs between two objects, and which of it is drift. Pure functions on plain values."""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from local.providers.properties import UNKNOWN, Object, reveal

from .immutable import Path

_BOOKKEEPING: Final = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid")
_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_PLAIN_KEY: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_ABSENT: Final = object()


class Change(Enum):
    """What happened to a field."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field that differs; `path` is its place in both objects."""

    path: Path
    change: Change


def property_path(path: Path) -> str:
    """Return the path as the engine writes it: `spec.ingress[0]`, `metadata.labels["a.b/c"]`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif set(step) <= _PLAIN_KEY:
            text += f".{step}" if text else step
        else:
            text += f'["{step}"]'
    return text


def differences(old: Any, new: Any) -> list[Difference]:
    """Return the deepest places where the values differ; an unknown differs from everything."""
    return list(_differences(reveal(old), reveal(new), ()))


def _differences(old: Any, new: Any, path: Path) -> Iterator[Difference]:
    if old is None or old is _ABSENT:
        if new is not None and new is not _ABSENT:
            yield Difference(path=path, change=Change.ADD)
    elif new is None or new is _ABSENT:
        yield Difference(path=path, change=Change.DELETE)
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from _differences(old.get(key, _ABSENT), new.get(key, _ABSENT), (*path, key))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            yield from _differences(_item(old, index), _item(new, index), (*path, index))
    elif old is UNKNOWN or new is UNKNOWN or old != new or isinstance(old, bool) != isinstance(new, bool):
        yield Difference(path=path, change=Change.UPDATE)


def _item(values: Sequence[Any], index: int) -> Any:
    return values[index] if index < len(values) else _ABSENT


def replaces(difference: Difference, fields: Sequence[Path]) -> bool:
    """Return whether the difference lies in one of the fields."""
    return any(difference.path[: len(field)] == field for field in fields)


def with_drift(declared: Object, applied: Object, live: Object) -> Object:
    """Return the declared inputs with each value in the place where the live object has drifted.

    `applied` is the object as the API server would make it from `declared`: what differs between it and
    `live` is drift, and what the server defaults or others own isn't.
    """
    drifted = copy.deepcopy(declared)
    for path in _outermost(difference.path for difference in differences(comparable(applied), comparable(live))):
        _put(drifted, path, _value_at(live, path), _value_at(applied, path))
    return drifted


def comparable(live: Object) -> Object:
    """Return the object without status and without the API server's bookkeeping."""
    plain = {key: value for key, value in live.items() if key != "status"}
    plain["metadata"] = {key: v for key, v in live.get("metadata", {}).items() if key not in _BOOKKEEPING}
    return plain


def _outermost(paths: Iterator[Path]) -> list[tuple[str, ...]]:
    """Return the paths, cut where they enter a list: a list that has drifted is taken as a whole."""
    return list(dict.fromkeys(tuple(_keys_before_a_list(path)) for path in paths))


def _keys_before_a_list(path: Path) -> Iterator[str]:
    for step in path:
        if isinstance(step, int):
            return
        yield step


def _put(target: Object, path: tuple[str, ...], live: Any, applied: Any) -> None:
    *parents, last = path
    for step in parents:
        target = target.setdefault(step, {})
        if not isinstance(target, dict):
            return
    if live is _ABSENT:
        target.pop(last, None)
    elif isinstance(live, list):
        target[last] = _like(target.get(last), live, applied)
    else:
        target[last] = copy.deepcopy(live)


def _like(declared: Any, live: list[Any], applied: Any) -> list[Any]:
    """Return the live list with the elements that haven't drifted in the form in which they are declared."""
    if not isinstance(declared, list) or not isinstance(applied, list) or len(declared) != len(applied):
        return copy.deepcopy(live)
    as_declared = list(zip(applied, declared, strict=True))
    return [
        copy.deepcopy(next((mine for made, mine in as_declared if not differences(made, item)), item)) for item in live
    ]


def _value_at(value: Any, path: Path) -> Any:
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return _ABSENT
        value = value[step]
    return value


def projected(declared: Any, live: Any) -> Any:
    """Return the live value as far as it is declared, by shape alone.

    Only for objects that the API server can't judge because the declared form can't be applied to
    them: here a default that the server has set inside a list may look like drift.
    """
    if isinstance(declared, dict) and isinstance(live, dict):
        return {
            key: projected(value, live[key]) if key in live else value
            for key, value in declared.items()
            if key in live or not value
        }
    if isinstance(declared, list) and isinstance(live, list) and len(declared) == len(live):
        return [projected(mine, item) for mine, item in zip(declared, live, strict=True)]
    return copy.deepcopy(live)


def importable(live: Object) -> Object:
    """Return what an imported object's inputs are: all that is not the API server's own."""
    inputs = copy.deepcopy(comparable(live))
    annotations = inputs["metadata"].get("annotations", {})
    annotations.pop(_LAST_APPLIED, None)
    labels = inputs["metadata"].get("labels", {})
    if live.get("kind") == "Namespace":
        labels.pop("kubernetes.io/metadata.name", None)
        inputs.pop("spec", None)
    for key, value in (("annotations", annotations), ("labels", labels)):
        if not value:
            inputs["metadata"].pop(key, None)
    return inputs
