"""Workload controls: CEL expressions, the same in the policy pack and in the cluster.

A file states only what is violated; the whole expression, the containers that are named in the message
and the kinds that it is about follow from its scope.
"""

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

import yaml
from cel_expr_python import cel  # pyright: ignore[reportMissingTypeStubs] - ships .pyi without the marker file
from cel_expr_python.ext import ext_optional, ext_strings  # pyright: ignore[reportMissingTypeStubs]
from pydantic import Field, ValidationError

from components.model import Settings

from .model import Control, Enforcement, Severity
from .values import UNKNOWN, Props, UnknownRead, unknown_paths

POD_TYPES = tuple(
    f"kubernetes:{group}/v1:{kind}"
    for group, kinds in {
        "core": ("Pod", "ReplicationController"),
        "apps": ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"),
        "batch": ("CronJob", "Job"),
    }.items()
    for kind in kinds
)
"""Every kind that is a pod or makes pods."""

PRELUDE: Mapping[str, str] = {
    "podSpec": (
        "object.kind == 'Pod' ? object.?spec.orValue({}) : "
        "object.kind == 'CronJob' ? object.?spec.?jobTemplate.?spec.?template.?spec.orValue({}) : "
        "object.?spec.?template.?spec.orValue({})"
    ),
    "allContainers": (
        "variables.podSpec.?containers.orValue([]) + variables.podSpec.?initContainers.orValue([]) + "
        "variables.podSpec.?ephemeralContainers.orValue([])"
    ),
}
"""Variables that every expression may use, in order: each may use those before it."""

_FREE_FORM = frozenset({"annotations", "labels", "limits", "matchLabels", "nodeSelector", "requests"})
"""Maps whose keys are the user's own, so that no expression can name them."""


class Scope(StrEnum):
    """What an expression speaks of."""

    CONTAINER = "container"
    """Each container `c`: ordinary, init and ephemeral ones."""
    POD = "pod"
    """The pod's spec."""


class ControlFile(Settings):
    """A file `policies/controls/workload/<control id>.yaml`."""

    title: str = Field(min_length=10)
    severity: Severity
    enforcement: Enforcement = Enforcement.MANDATORY
    why: str = Field(pattern=r"\.$")
    fix: str = Field(pattern=r"\.$")
    url: str = Field(pattern=r"^https://")
    scope: Scope
    path: str
    """Property that the message names, below the container or the pod's spec."""
    must: str
    """What the property must be; ends the message `<path> must <...>`."""
    violates: str
    """CEL: true where the container `c`, or the pod, violates the control."""


@dataclass(frozen=True)
class _Compiled:
    message: str
    violated: cel.Expression
    offenders: cel.Expression | None
    words: frozenset[str]


def load(folder: Path) -> Iterator[Control]:
    """Yield the controls of a folder.

    Raises `ValueError` naming the file where a key is unknown or missing, or the CEL does not compile.
    """
    for file in sorted(folder.glob("*.yaml")):
        try:
            content = ControlFile.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
            check = _check(_compile(content))
        except (ValidationError, yaml.YAMLError, RuntimeError) as error:
            raise ValueError(f"{file}: {error}") from None
        yield Control(
            id=file.stem,
            types=POD_TYPES,
            check=check,
            expression=expression(content),
            **content.model_dump(exclude={"scope", "path", "must", "violates"}),
        )


def expression(content: ControlFile) -> str:
    """Return the whole expression: true where the object is allowed."""
    if content.scope is Scope.CONTAINER:
        return f"!variables.allContainers.exists(c, {content.violates})"
    return f"!({content.violates})"


@functools.cache
def _environment() -> cel.Env:
    variables = {"object": cel.Type.DYN, "variables": cel.Type.Map(cel.Type.STRING, cel.Type.DYN)}
    return cel.NewEnv(variables=variables, extensions=[ext_optional.ExtOptional(), ext_strings.ExtStrings(2)])


@functools.cache
def _prelude() -> dict[str, cel.Expression]:
    return {name: _environment().compile(source) for name, source in PRELUDE.items()}


def _compile(content: ControlFile) -> _Compiled:
    environment = _environment()
    offenders = None
    if content.scope is Scope.CONTAINER:
        offenders = environment.compile(
            f"variables.allContainers.filter(c, {content.violates}).map(c, c.?name.orValue('?'))"
        )
    sources = " ".join([content.violates, *PRELUDE.values()])
    return _Compiled(
        message=f"{content.path} must {content.must}",
        violated=environment.compile(f"!({expression(content)})"),
        offenders=offenders,
        words=frozenset(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", sources)),
    )


def _check(compiled: _Compiled) -> Callable[[Props], Iterator[str]]:
    def check(props: Props) -> Iterator[str]:
        for path in unknown_paths(props.plain):
            if _reads(compiled.words, path):
                raise UnknownRead(path)
        activation = _activation(props)
        if not _value(compiled.violated.eval(activation)):
            return
        if compiled.offenders is None:
            yield compiled.message
            return
        names = ", ".join(cast("list[str]", _value(compiled.offenders.eval(activation))))
        yield f"container {names}: {compiled.message}"

    return check


def _reads(words: frozenset[str], path: tuple[str | int, ...]) -> bool:
    """Return whether an expression with these words can read the value at the path.

    It reaches a value only by naming the last key on the way to it, or, in a map with free keys, by
    naming the map.
    """
    keys = [part for part in path if isinstance(part, str)]
    named = keys[-1:]
    if keys[-2:-1] and keys[-2] in _FREE_FORM:
        named = keys[-2:]
    return any(key in words for key in named)


@functools.lru_cache(maxsize=1)
def _activation(props: Props) -> cel.Activation:
    """Return the object and the prelude's variables; kept for the next control on the same resource."""
    shown = _present(props.plain)
    variables: dict[str, Any] = {}
    for name, prelude in _prelude().items():
        variables[name] = _value(prelude.eval(data={"object": shown, "variables": variables}))
    return _environment().Activation({"object": shown, "variables": variables})


def _present(value: Any) -> Any:
    """Drop null entries, as the API server does, and unknowns, which the expression has been found not to read."""
    if isinstance(value, Mapping):
        mapping = cast("Mapping[str, Any]", value)
        return {key: _present(below) for key, below in mapping.items() if below is not None and below is not UNKNOWN}
    if isinstance(value, list):
        return [_present(below) for below in cast("list[Any]", value) if below is not UNKNOWN]
    return value


def _value(result: cel.Value) -> Any:
    if result.type() == cel.Type.ERROR:
        raise RuntimeError("the expression can't be evaluated on this object")
    return result.plain_value()
