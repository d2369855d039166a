"""All errors of a stack file at once, each with its path, its value, what is allowed and a suggestion."""

import copy
import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

_ROUNDS = 6
_PATIENT_ROUNDS = 3
_STAND_IN = "stand-in"
_STAND_INS: Mapping[str, Any] = {
    "owner": _STAND_IN,
    "identifier": _STAND_IN,
    "kind": "existing",
    "networkPolicyEngine": "no-nodes",
    "name": _STAND_IN,
}
"""Values that take the place of missing ones, so that the rest of the file can be checked as well."""
_SECRET_KEYS = frozenset({"content", "roots"})
_LONGEST_VALUE = 60
_TAG_ERRORS = frozenset({"union_tag_invalid", "union_tag_not_found"})

Path = tuple[str | int, ...]


def explain(model: type[BaseModel], raw: Mapping[str, Any], error: ValidationError, *, source: str, prefix: str) -> str:
    """Return the whole message, a line for each error.

    The first errors of a file can hide others, so the file is mended in memory and looked at again
    until nothing new shows.
    """
    schema = model.model_json_schema(by_alias=True)
    data: Any = copy.deepcopy(dict(raw))
    lines: dict[str, None] = {}
    mended: list[Path] = []
    found: ValidationError | None = error
    for round_ in range(_ROUNDS):
        if found is None:
            break
        details = list(_details(data, found))
        for path, detail in details:
            if not _follows_from(mended, path, detail):
                lines.update(dict.fromkeys(_describe(schema, data, path, detail, prefix)))
        for path, detail in details:
            # A whole tenant goes last: what is wrong beside it would not show any more.
            if round_ >= _PATIENT_ROUNDS or not isinstance(_at(data, path), dict):
                _mend(data, path, missing=detail["type"] == "missing")
            mended.append(path)
        found = _look_again(model, data)
    count = "1 error" if len(lines) == 1 else f"{len(lines)} errors"
    return "\n".join([f"{source}: {count}", *(f"  {line}" for line in lines)])


def _details(data: Any, found: ValidationError) -> Iterator[tuple[Path, ErrorDetails]]:
    for detail in found.errors(include_url=False):
        path = _existing_path(data, detail)
        # A list whose items are wrong counts as shorter than it is; its items have been told already.
        if detail["type"] != "too_short" or detail.get("ctx", {}).get("actual_length") == len(_at(data, path)):
            yield path, detail


def _follows_from(mended: Sequence[Path], path: Path, detail: ErrorDetails) -> bool:
    """Return whether an error only shows because something was mended; checks across keys are real ones."""
    across_keys = detail["type"] == "value_error"
    if across_keys and not path and any(len(done) == 1 for done in mended):
        return True  # a key of the stack was taken out, and the others are checked against it
    return any(path == done if across_keys else path == done[: len(path)] for done in mended)


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
    if detail["type"] in _TAG_ERRORS:
        path = (*path, _tag_key(detail))
    return path


def _tag_key(detail: ErrorDetails) -> str:
    """Return the key that says which branch of a union is meant."""
    return str(detail.get("ctx", {}).get("discriminator", "")).strip("'")


def _describe(schema: dict[str, Any], data: Any, path: Path, detail: ErrorDetails, prefix: str) -> Iterator[str]:
    where = _text(path, prefix)
    match detail["type"]:
        case "missing":
            yield f"{where}: missing; {_description(schema, data, path)}"
        case "extra_forbidden":
            allowed = _allowed_keys(schema, data, path[:-1])
            close = difflib.get_close_matches(str(path[-1]), allowed, n=1)
            hint = f'did you mean "{close[0]}"? ' if close else ""
            yield f"{where}: unknown key; {hint}allowed: {', '.join(allowed)}"
        case "value_error":
            for line in str(detail.get("ctx", {}).get("error", detail["msg"])).splitlines():
                if _STAND_IN not in line:
                    yield f"{where}: {_shown(data, path)}{line}" if path else line
        case "too_short":
            least = detail.get("ctx", {}).get("min_length", 1)
            yield f"{where}: needs at least {least} {'entry' if least == 1 else 'entries'}"
        case "union_tag_invalid" | "union_tag_not_found":
            tags = sorted({tag for node in _nodes(schema, data, path[:-1]) for tag in _tags(node, str(path[-1]))})
            yield f"{where}: {_shown(data, path) or 'missing; '}allowed: {', '.join(tags)}"
        case "tuple_type" | "list_type":
            yield f"{where}: {_shown(data, path)}allowed: a list"
        case "model_type" | "model_attributes_type" | "dict_type":
            yield f"{where}: {_shown(data, path)}allowed: a mapping with the keys {_keys_text(schema, data, path)}"
        case _:
            allowed = _lower_first(detail["msg"]).replace("input should be ", "allowed: ")
            yield f"{where}: {_shown(data, path)}{allowed}"


def _mend(data: Any, path: Path, *, missing: bool) -> None:
    """Take the wrong value out, or put a stand-in in; where neither helps, give the list around it up."""
    if _at(data, path[:-1]) is None or (not missing and path and not _has(_at(data, path[:-1]), path[-1])):
        return  # what was mended before took it along
    for end in range(len(path), 0, -1):
        parent, key = _at(data, path[: end - 1]), path[end - 1]
        if not isinstance(parent, dict) or not isinstance(key, str):
            continue
        mapping = cast("dict[str, Any]", parent)
        if not missing and key in mapping:
            del mapping[key]
            return
        if key in _STAND_INS and key not in mapping:
            mapping[key] = _STAND_INS[key]
            return
        if isinstance(mapping.get(key), list):
            del mapping[key]
            return


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


def _allowed_keys(schema: dict[str, Any], data: Any, path: Path) -> list[str]:
    return sorted({key for node in _nodes(schema, data, path) for key in node.get("properties", {})})


def _keys_text(schema: dict[str, Any], data: Any, path: Path) -> str:
    return ", ".join(_allowed_keys(schema, data, path)) or "of your choice"


def _description(schema: dict[str, Any], data: Any, path: Path) -> str:
    for node in _nodes(schema, data, path[:-1]):
        found = node.get("properties", {}).get(path[-1], {}).get("description")
        if found:
            return _lower_first(" ".join(found.split()).split(". ")[0].rstrip("."))
    return "this key is required"


def _nodes(schema: dict[str, Any], data: Any, path: Path) -> list[dict[str, Any]]:
    """Return every schema that can stand at the path: unions have several, of which the data may choose one."""
    nodes = _branches(schema, schema)
    for index, part in enumerate(path):
        below = (node.get("items", {}) if isinstance(part, int) else _under_key(node, part) for node in nodes)
        branches = [branch for node in below for branch in _branches(schema, node)]
        nodes = [each for each in branches if _is_meant(each, _at(data, path[: index + 1]))] or branches
    return nodes


def _under_key(node: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the schema of a key: one that is named, or that of every key of the user's own choice."""
    named, chosen = node.get("properties", {}).get(key, {}), node.get("additionalProperties")
    return named or (cast("dict[str, Any]", chosen) if isinstance(chosen, dict) else {})


def _is_meant(node: dict[str, Any], value: Any) -> bool:
    """Return whether the value has every constant that the schema asks for, such as `kind: eks`."""
    if not isinstance(value, dict) or "properties" not in node:
        return False
    given = cast("dict[str, Any]", value)
    return all(given.get(key) == each["const"] for key, each in node["properties"].items() if "const" in each)


def _tags(node: dict[str, Any], key: str) -> list[str]:
    return [each["const"] for name, each in node.get("properties", {}).items() if name == key and "const" in each]


def _branches(schema: dict[str, Any], node: dict[str, Any]) -> list[dict[str, Any]]:
    if "$ref" in node:
        return _branches(schema, schema["$defs"][node["$ref"].rsplit("/", 1)[-1]])
    options = [*node.get("anyOf", []), *node.get("oneOf", [])]
    return [branch for option in options for branch in _branches(schema, option)] or [node]
