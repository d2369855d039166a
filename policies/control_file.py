"""The format of a workload control's file, and the CEL that follows from it.

A file states only what is violated. How that becomes the expression and the message of an admission policy
is one rule for each scope, see `expression` and `message_expression`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import cast

import yaml
from pydantic import Field, ValidationError, model_validator

from components.data_file import LOADER
from components.model import Settings, raise_all

from .model import Enforcement, Severity
from .parameters import MEANINGS

NEWEST = "1.37"
"""Kubernetes minor that controls are judged by unless another one is asked for."""

_MINOR = r"^1\.[0-9]+$"
_USED_PARAMETER = re.compile(r"\bparams\.data\.(\w+)")


class Scope(StrEnum):
    """What an expression speaks of."""

    CONTAINER = "container"
    """Each container `c`: ordinary, init and ephemeral ones."""
    POD = "pod"
    """The pod: `variables.podSpec` and `variables.podMeta`."""
    OBJECT = "object"
    """The whole `object`, of the kinds that the file lists."""


class Kind(Settings):
    """A kind of object, as the API server names it."""

    group: str
    """API group; empty for the core group."""
    version: str
    kind: str
    resource: str
    """Plural name, as admission rules use it."""

    @property
    def type(self) -> str:
        """Pulumi's type token."""
        return f"kubernetes:{self.group or 'core'}/{self.version}:{self.kind}"


class Change(Settings):
    """An expression that held in older Kubernetes minors."""

    before: str = Field(pattern=_MINOR)
    """First minor in which it no longer held."""
    violates: str


class ControlFile(Settings):
    """A file `policies/controls/workload/<control id>.yaml`."""

    title: str = Field(min_length=10)
    severity: Severity
    enforcement: Enforcement = Enforcement.MANDATORY
    why: str = Field(pattern=r"\.$")
    fix: str = Field(pattern=r"\.$")
    url: str = Field(pattern=r"^https://")
    scope: Scope
    kinds: tuple[Kind, ...] = ()
    """Kinds that are judged; only with scope `object`, as the other scopes judge everything with pods."""
    path: str
    """Property that the message names, below the container, the pod's spec or the object."""
    must: str
    """What the property must be; ends the message `<path> must <...>`."""
    violates: str
    """CEL: true where the container `c`, the pod or the object violates the control."""
    params: tuple[str, ...] = ()
    """Parameters in policies/controls/workload.yaml that the expression reads."""
    changed: tuple[Change, ...] = ()
    """What was violated before a minor changed the rule; the oldest change first."""

    @model_validator(mode="after")
    def _agree(self) -> "ControlFile":
        raise_all(list(self._disagreements()))
        return self

    def _disagreements(self) -> Iterator[str]:
        if bool(self.kinds) is not (self.scope is Scope.OBJECT):
            yield "kinds: list them with scope object, and only with it"
        used = {name for source in self._sources() for name in _USED_PARAMETER.findall(source)}
        if used != set(self.params):
            yield f"params: lists {sorted(self.params)}, but the expression reads {sorted(used)}"
        if unknown := set(self.params) - set(MEANINGS):
            yield f"params: {sorted(unknown)} is not in policies/controls/workload.yaml"
        minors = [_number(change.before) for change in self.changed]
        if minors != sorted(set(minors)):
            yield "changed: put the oldest change first, and each minor once"

    def _sources(self) -> Iterator[str]:
        yield self.violates
        yield from (change.violates for change in self.changed)

    def violation(self, minor: str = NEWEST) -> str:
        """Return the CEL that is true for a violation in a Kubernetes minor, such as `1.35`."""
        for change in self.changed:
            if _number(minor) < _number(change.before):
                return change.violates
        return self.violates


def read(file: Path) -> ControlFile:
    """Return the content of a control's file.

    Raises `ValueError` naming file and line where a key is unknown, missing, given twice or has a wrong value.
    """
    lines: Mapping[str, int] = {}
    try:
        loader = LOADER(file.read_text(encoding="utf-8"))
        root = loader.get_single_node()
        lines = _lines(root)
        content = cast("object", loader.construct_document(root))  # pyright: ignore[reportUnknownMemberType]
        return ControlFile.model_validate(content)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ValueError(f"{file}:{line}: {' '.join(str(error).split())}") from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise ValueError(f"{file}:1: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        raise ValueError("\n".join(_problems(file, lines, error))) from None


def line_of(file: Path, key: str) -> int:
    """Return the line of a key at the top of a control's file; the first one where the key is absent."""
    return _lines(LOADER(file.read_text(encoding="utf-8")).get_single_node()).get(key, 1)


def _lines(root: yaml.Node | None) -> Mapping[str, int]:
    """Return the line of each key at the top of a YAML document; one that is there twice is an error."""
    found: dict[str, int] = {}
    for key, _ in cast("list[tuple[yaml.Node, yaml.Node]]", root.value) if isinstance(root, yaml.MappingNode) else ():
        if key.value in found:
            raise yaml.MarkedYAMLError(problem=f"{key.value} is given twice", problem_mark=key.start_mark)
        found[key.value] = key.start_mark.line + 1
    return found


def _problems(file: Path, lines: Mapping[str, int], error: ValidationError) -> Iterator[str]:
    for problem in error.errors():
        path = ".".join(str(part) for part in problem["loc"])
        message = f"{path}: {problem['msg']}" if path else problem["msg"].removeprefix("Value error, ")
        line = lines.get(re.split(r"[.:]", message, maxsplit=1)[0], 1)
        yield f"{file}:{line}: {message}"


def expression(content: ControlFile, minor: str = NEWEST) -> str:
    """Return the expression of a `validations` entry: true where the object is allowed."""
    if content.scope is Scope.CONTAINER:
        return f"!variables.allContainers.exists(c, {content.violation(minor)})"
    return f"!({content.violation(minor)})"


def offenders_expression(content: ControlFile, minor: str = NEWEST) -> str:
    """Return the CEL list of the names of the containers that violate a control of scope container."""
    return f"variables.allContainers.filter(c, {content.violation(minor)}).map(c, c.?name.orValue('?'))"


def message_expression(content: ControlFile, minor: str = NEWEST) -> str:
    """Return the `messageExpression` of a `validations` entry; it gives the policy pack's very message."""
    message = f"{content.path} must {content.must}"
    if content.scope is Scope.CONTAINER:
        return f"'container ' + {offenders_expression(content, minor)}.join(', ') + {json.dumps(f': {message}')}"
    return json.dumps(message)


def _number(minor: str) -> int:
    return int(minor.removeprefix("1."))
