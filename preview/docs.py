"""The generated files: what the code knows is written once, and documents are made from it."""

import copy
import functools
import inspect
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter

from components.admission.controls import workload_controls
from components.naming import PROJECT
from components.settings import StackSettings
from policies.baselines import BaselineFile
from policies.catalogue import all_controls
from policies.model import Control
from policies.waivers import WaiverFile

from . import ROOT
from .formats import json_model
from .formats.json_model import ReportDocument
from .framework_tables import framework_tables
from .vulnerabilities.accepted import AcceptedFile

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_PROJECT_TYPES = {"string": "string", "boolean": "boolean", "integer": "integer", "array": "array"}
_EMPTY: Mapping[str, Any] = {"string": "", "object": {}, "array": []}
"""What an absent optional key is in Pulumi.yaml, where a key without a default is required."""


def stale_files(root: Path = ROOT) -> dict[Path, str]:
    """Return the generated files whose content on disk is not what it should be, with what it should be."""
    wanted = {
        root / "Pulumi.yaml": _project_file(root / "Pulumi.yaml"),
        root / "docs" / "frameworks.md": framework_tables(),
        root / "docs" / "settings.md": _settings_table(),
        root / "docs" / "stack.schema.json": _json(_stack_file_schema()),
        root / "docs" / "baseline.schema.json": _json({"$schema": _DRAFT, **BaselineFile.model_json_schema()}),
        root / "docs" / "report.schema.json": _json(_report_schema()),
        root / "docs" / "waivers.schema.json": _json({"$schema": _DRAFT, **WaiverFile.model_json_schema()}),
        root / "docs" / "vulnerabilities.schema.json": _json({"$schema": _DRAFT, **AcceptedFile.model_json_schema()}),
        root / "policies" / "README.md": _catalogue(),
    }
    return {file: content for file, content in wanted.items() if _current(file) != content}


def _current(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.exists() else None


def _json(document: object) -> str:
    return json.dumps(document, indent=2) + "\n"


def _stack_file_schema() -> dict[str, Any]:
    """Return the schema of a whole stack file; keys of other namespaces (`aws:region`) are let through."""
    settings = StackSettings.model_json_schema(by_alias=True)
    definitions = settings.pop("$defs", {})
    prefixed = {f"{PROJECT}:{name}": value for name, value in settings["properties"].items()}
    config: dict[str, Any] = {
        "type": "object",
        "description": settings["description"],
        "properties": prefixed,
        "required": [f"{PROJECT}:{name}" for name in settings.get("required", [])],
        "patternProperties": {f"^(?!{PROJECT}:)[a-z][a-zA-Z0-9-]*:.+$": {}},
        "additionalProperties": False,
    }
    engine = {key: {"type": "string"} for key in ("encryptionsalt", "encryptedkey", "secretsprovider")}
    return {
        "$schema": _DRAFT,
        "title": f"Stack file of {PROJECT}",
        "type": "object",
        "properties": {"config": config, **engine},
        "required": ["config"],
        "$defs": _with_secrets(definitions),
    }


def _report_schema() -> dict[str, Any]:
    """Return the schema of the JSON report; keys that it doesn't name are let through, as later versions add some."""
    schema = TypeAdapter(ReportDocument).json_schema()
    return {"$schema": _DRAFT, **schema, "description": inspect.getdoc(json_model)}


def _with_secrets(definitions: dict[str, Any]) -> dict[str, Any]:
    """Let `secure: ...`, which the engine writes for an encrypted value, stand for a secret."""
    secure = {"type": "object", "properties": {"secure": {"type": "string"}}, "required": ["secure"]}
    for definition in definitions.values():
        for name, value in definition.get("properties", {}).items():
            if value.get("format") == "password":
                definition["properties"][name] = {"description": value.get("description", ""), "anyOf": [secure]}
    return definitions


def _project_file(file: Path) -> str:
    """Return Pulumi.yaml with its config section made from the settings; the rest stays as it is."""
    project: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    project["config"] = {f"{PROJECT}:{name}": entry for name, entry in _project_config()}
    text = yaml.safe_dump(project, sort_keys=False, width=110, allow_unicode=True)
    return f"# The config section is generated from components/settings.py (make docs).\n{text}"


def _project_config() -> Iterator[tuple[str, dict[str, Any]]]:
    schema = StackSettings.model_json_schema(by_alias=True)
    for name, value in schema["properties"].items():
        kind = _kind(schema, value)
        entry: dict[str, Any] = {"type": kind, "description": " ".join(value["description"].split())}
        if kind == "array":
            entry["items"] = {"type": "object"}
        if name not in schema.get("required", []):
            default = value.get("default")
            entry["default"] = copy.copy(_EMPTY[kind]) if default in (None, []) else default
        yield name, entry


def _kind(schema: dict[str, Any], value: dict[str, Any]) -> str:
    for branch in (value, *value.get("anyOf", [])):
        target = schema["$defs"][branch["$ref"].rsplit("/", 1)[-1]] if "$ref" in branch else branch
        if target.get("type") in _PROJECT_TYPES:
            return _PROJECT_TYPES[target["type"]]
    return "object"


def _settings_table() -> str:
    schema = StackSettings.model_json_schema(by_alias=True)
    lines = [
        "# Settings",
        "",
        "Generated from `components/` by `make docs`. In a stack file the keys of the first table have the prefix",
        f"`{PROJECT}:`; the others lie below them.",
    ]
    for title, definition in [("Stack", schema), *schema["$defs"].items()]:
        lines += ["", f"## {title}", "", " ".join(definition.get("description", "").split())]
        if "enum" in definition:
            lines += ["", f"One of: {', '.join(f'`{value}`' for value in definition['enum'])}."]
        if "properties" in definition:
            lines += ["", "| key | type | default | meaning |", "|---|---|---|---|"]
            lines += _rows(definition)
    return "\n".join(lines) + "\n"


def _rows(definition: dict[str, Any]) -> Iterator[str]:
    required = definition.get("required", [])
    for name, value in definition["properties"].items():
        default = "**required**" if name in required else f"`{json.dumps(value.get('default', {}))}`"
        meaning = " ".join(value.get("description", "").split())
        yield f"| `{name}` | {_type_text(value)} | {default} | {meaning} |"


def _type_text(value: dict[str, Any]) -> str:
    if "$ref" in value:
        name = value["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "const" in value:
        return f"`{value['const']}`"
    branches = [*value.get("anyOf", []), *value.get("oneOf", [])]
    if branches:
        return " or ".join(_type_text(branch) for branch in branches if branch.get("type") != "null")
    if value.get("type") == "array":
        return f"list of {_type_text(value.get('items', {}))}"
    limits = [f"{key} {value[key]}" for key in ("minimum", "maximum", "minLength", "maxLength") if key in value]
    return str(value.get("type", "any")) + (f" ({', '.join(limits)})" if limits else "")


def _catalogue() -> str:
    controls = all_controls()
    lines = [
        "# Controls",
        "",
        f"Generated by `make docs` from `policies/controls/`: {len(controls)} controls. The file's name is the",
        "control's id. A mandatory control denies the update, an advisory one warns. The policy pack enforces every",
        "control, at preview and update; the API server enforces those of its own as well, by the same expression.",
        "",
        "| control | severity | enforcement | enforced by | what is true where it passes |",
        "|---|---|---|---|---|",
        *(
            f"| [{each.id}](#{each.id}) | {each.severity} | {each.enforcement} | {_enforcers(each)} | {each.title} |"
            for each in controls
        ),
    ]
    for control in controls:
        lines += ["", *_entry(control)]
    return "\n".join(lines) + "\n"


def _enforcers(control: Control) -> str:
    return "policy pack, API server" if control.id in _in_cluster() else "policy pack"


@functools.cache
def _in_cluster() -> frozenset[str]:
    return frozenset(each.id for each in workload_controls())


def _entry(control: Control) -> Iterator[str]:
    yield f"## {control.id}"
    yield ""
    yield f"{control.title}."
    yield ""
    yield f"- **Why**: {control.why}"
    yield f"- **Fix**: {control.fix}"
    yield f"- **Enforced by**: {_enforcers(control)}"
    yield f"- **Judges**: {', '.join(f'`{each}`' for each in control.types)}"
    yield f"- **Source**: <{control.url}>"
    if control.expression:
        yield f"- **CEL**: `{' '.join(control.expression.split())}`"
