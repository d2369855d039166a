"""All errors of a stack file at once, each with its path, its value, what is allowed and a suggestion."""

import copy
import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

_ROUNDS = 6
_STAND_INS: Mapping[str, Any] = {
    "owner": "stand-in",
    "identifier": "stand-in",
    "kind": "existing",
    "networkPolicyEngine": "no-nodes",
}
"""Values that take the place of missing ones, so that the rest of the file can be checked as well."""
_SECRET_KEYS = frozenset({"content"})
_LONGEST_VALUE = 60

Path = tuple[str | int, ...]


def explain(model: type[BaseModel], raw: Mapping[str, Any], error: ValidationError, *, source: str, prefix: str) -> str:
    """Return the whole message, a line for each error.

    The first errors of a file can hide others, so the file is mended in memory and looked at again
    until nothing new shows.
    """
    schema = model.model_json_schema(by_alias=True)
    data: Any = copy.deepcopy(dict(raw))
    lines: dict[str, None] = {}
    found: ValidationError | None = error
    for _ in range(_ROUNDS):
        if found is None:
            break
        for detail in found.errors(include_url=False):
            path = _existing_path(data, detail)
            lines.update(dict.fromkeys(_describe(schema, data, path, detail, prefix)))
        if not _mend(data, found):
            break
        found = _look_again(model, data)
    count = "1 error" if len(lines) == 1 else f"{len(lines)} errors"
    return "\n".join([f"{source}: {count}", *(f"  {line}" for line in lines)])


def _look_again(model: type[BaseModel], data: Any) -> ValidationError | None:
    try:
        model.model_validate(data)
    except ValidationError as error:
        return error
    return None


def _existing_path(data: Any, detail: ErrorDetails) -> Path:
    """Return the error's path in the file; pydantic's own path also names branches of unions."""
    path: Path = ()
    for part in detail["loc"]:
        if _has(_at(data, path), part):
            path = (*path, part)
    if detail["type"] == "missing":
        path = (*path, detail["loc"][-1])
    return path


def _describe(schema: dict[str, Any], data: Any, path: Path, detail: ErrorDetails, prefix: str) -> Iterator[str]:
    where = _text(path, prefix)
    match detail["type"]:
        case "missing":
            yield f"{where}: missing; {_description(schema, path)}"
        case "extra_forbidden":
            allowed = _allowed_keys(schema, path[:-1])
            close = difflib.get_close_matches(str(path[-1]), allowed, n=1)
            hint = f'did you mean "{close[0]}"? ' if close else ""
            yield f"{where}: unknown key; {hint}allowed: {', '.join(allowed)}"
        case "value_error":
            for line in str(detail["ctx"]["error"]).splitlines() if "ctx" in detail else [detail["msg"]]:
                yield f"{where}: {_shown(data, path)}{line}" if path else line
        case _:
            yield f"{where}: {_shown(data, path)}{_lower_first(detail['msg'])}"


def _mend(data: Any, error: ValidationError) -> bool:
    """Take the wrong values out, or put stand-ins in; return whether anything could be done."""
    mended = False
    for detail in error.errors(include_url=False):
        path = _existing_path(data, detail)
        if path:
            mended = _mend_one(data, path, missing=detail["type"] == "missing") or mended
    return mended


def _mend_one(data: Any, path: Path, *, missing: bool) -> bool:
    parent = _at(data, path[:-1])
    key = path[-1]
    if isinstance(parent, dict) and isinstance(key, str):
        if not missing:
            return cast("dict[str, Any]", parent).pop(key, None) is not None
        if key in _STAND_INS:
            parent[key] = _STAND_INS[key]
            return True
    return _blank_list_item(data, path)


def _blank_list_item(data: Any, path: Path) -> bool:
    """Give up on the innermost list item that the path leads through."""
    for end in range(len(path), 0, -1):
        parent = _at(data, path[: end - 1])
        key = path[end - 1]
        if isinstance(key, int) and _has(parent, key):
            del parent[key]
            return True
    return isinstance(data, dict) and cast("dict[Any, Any]", data).pop(path[0], None) is not None


def _has(container: Any, part: str | int) -> bool:
    if isinstance(container, dict):
        return part in container
    return isinstance(container, list) and isinstance(part, int) and part < len(cast("list[Any]", container))


def _at(data: Any, path: Sequence[str | int]) -> Any:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _shown(data: Any, path: Path) -> str:
    value = _at(data, path)
    if value is None or isinstance(value, dict | list) or any(part in _SECRET_KEYS for part in path):
        return ""
    text = repr(value)
    return (text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}...") + ": "


def _text(path: Path, prefix: str) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return prefix + text.removeprefix(".")


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _allowed_keys(schema: dict[str, Any], path: Path) -> list[str]:
    return sorted({key for node in _nodes(schema, path) for key in node.get("properties", {})})


def _description(schema: dict[str, Any], path: Path) -> str:
    for node in _nodes(schema, path[:-1]):
        found = node.get("properties", {}).get(path[-1], {}).get("description")
        if found:
            return _lower_first(found.splitlines()[0].rstrip("."))
    return "this key is required"


def _nodes(schema: dict[str, Any], path: Path) -> list[dict[str, Any]]:
    """Return every schema that can stand at the path: unions have several."""
    nodes = _branches(schema, schema)
    for part in path:
        below = (
            node.get("items", {}) if isinstance(part, int) else node.get("properties", {}).get(part, {})
            for node in nodes
        )
        nodes = [branch for node in below for branch in _branches(schema, node)]
    return nodes


def _branches(schema: dict[str, Any], node: dict[str, Any]) -> list[dict[str, Any]]:
    if "$ref" in node:
        return _branches(schema, schema["$defs"][node["$ref"].rsplit("/", 1)[-1]])
    options = [*node.get("anyOf", []), *node.get("oneOf", [])]
    return [branch for option in options for branch in _branches(schema, option)] or [node]
