"""Evaluates workload controls: CEL expressions, the same in the policy pack and in the cluster."""

import contextlib
import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from cel_expr_python import cel  # pyright: ignore[reportMissingTypeStubs] - ships .pyi without the marker file
from cel_expr_python.ext import ext_optional, ext_strings  # pyright: ignore[reportMissingTypeStubs]

from .control_file import NEWEST, ControlFile, Scope, expression, line_of, offenders_expression, read
from .model import Control
from .parameters import VARIABLES, Parameters
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

PRELUDE = VARIABLES
"""Variables that every expression may use, in order: each may use those before it."""

_FREE_FORM = frozenset(
    {"annotations", "data", "labels", "limits", "matchLabels", "nodeSelector", "parameters", "requests", "stringData"}
)
"""Maps whose keys are the user's own, so that no expression can name them."""

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_VARIABLE = re.compile(r"\bvariables\.(\w+)")


def load(folder: Path, parameters: Parameters | None = None, minor: str = NEWEST) -> Iterator[Control]:
    """Yield the controls of a folder, with these parameters and as of a Kubernetes minor.

    Raises `ValueError` naming the file, and the line where there is one, if a key is unknown or missing, or
    the CEL does not compile.
    """
    given = Parameters.of() if parameters is None else parameters
    for group in _groups(folder, minor):
        for rule in group.rules:
            yield Control(
                id=rule.id,
                types=rule.types,
                check=_check(group, rule, given),
                expression=expression(rule.content, minor),
                **rule.content.model_dump(include={"title", "severity", "enforcement", "why", "fix", "url"}),
            )


@dataclass(frozen=True, eq=False, kw_only=True)
class _Rule:
    id: str
    content: ControlFile
    types: tuple[str, ...]
    violated: str
    answer: cel.Expression
    """Whether it is violated."""
    offenders: cel.Expression | None
    """Names of the containers that violate it."""
    words: frozenset[str]


@dataclass(frozen=True, eq=False)
class _Group:
    """Rules on the same kinds: one evaluation answers them all, far faster than one by one."""

    rules: tuple[_Rule, ...]
    answers: cel.Expression
    """A list: for each rule whether it is violated."""


@functools.cache
def _groups(folder: Path, minor: str) -> tuple[_Group, ...]:
    by_types: dict[tuple[str, ...], list[_Rule]] = {}
    for file in sorted(folder.glob("*.yaml")):
        rule = _rule(file, minor)
        by_types.setdefault(rule.types, []).append(rule)
    return tuple(_group(tuple(rules)) for rules in by_types.values())


def _group(rules: tuple[_Rule, ...]) -> _Group:
    return _Group(rules, _environment().compile(f"[{', '.join(rule.violated for rule in rules)}]"))


def is_id(text: str) -> bool:
    """Return whether a text may be the id of a control."""
    return _ID.fullmatch(text) is not None


def compile_file(file: Path) -> None:
    """Read a control's file and compile what it says of every Kubernetes minor.

    Raises `ValueError` naming the file and the line.
    """
    for minor in (NEWEST, *(_minor_before(change.before) for change in read(file).changed)):
        _rule(file, minor)


def _minor_before(minor: str) -> str:
    return f"1.{int(minor.removeprefix('1.')) - 1}"


def _rule(file: Path, minor: str) -> _Rule:
    if not is_id(file.stem):
        raise ValueError(f"{file}:1: a control's id is its file's name, in lower-case words joined by '-'")
    content = read(file)
    violated = f"!({expression(content, minor)})"
    by_container = content.scope is Scope.CONTAINER
    try:
        return _Rule(
            id=file.stem,
            content=content,
            types=tuple(kind.type for kind in content.kinds) or POD_TYPES,
            violated=violated,
            answer=_environment().compile(violated),
            offenders=_environment().compile(offenders_expression(content, minor)) if by_container else None,
            words=_words(violated),
        )
    except RuntimeError as error:
        line = line_of(file, "violates" if content.violation(minor) == content.violates else "changed")
        raise ValueError(f"{file}:{line}: {' '.join(str(error).split())}") from None


def _words(source: str) -> frozenset[str]:
    """Return every name in an expression and in the variables that it reads."""
    words = set(_WORD.findall(source))
    for name in _VARIABLE.findall(source):
        words |= _words(VARIABLES.get(name, ""))
    return frozenset(words)


@functools.cache
def _environment() -> cel.Env:
    variables = {
        "object": cel.Type.DYN,
        "params": cel.Type.DYN,
        "variables": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
    }
    return cel.NewEnv(variables=variables, extensions=[ext_optional.ExtOptional(), ext_strings.ExtStrings(2)])


@functools.cache
def _variables() -> dict[str, cel.Expression]:
    return {name: _environment().compile(source) for name, source in VARIABLES.items()}


def _check(group: _Group, rule: _Rule, parameters: Parameters) -> Callable[[Props], Iterator[str]]:
    index = group.rules.index(rule)
    message = f"{rule.content.path} must {rule.content.must}"

    def check(props: Props) -> Iterator[str]:
        subject = _subject(props, parameters)
        for path in subject.unknown:
            if _reads(rule.words, path):
                raise UnknownRead(path)
        if not subject.violates(group, index):
            return
        if rule.offenders is None:
            yield message
        else:
            yield f"container {', '.join(_value(rule.offenders, subject.activation))}: {message}"

    return check


class _Subject:
    """An object as the expressions see it, with the answers that are known already."""

    def __init__(self, props: Props, parameters: Parameters) -> None:
        unknown: list[bool] = []
        shown = _present(props.plain, unknown)
        self.unknown = tuple(unknown_paths(props.plain)) if unknown else ()
        self.activation = _activation(shown, dict(parameters.data))
        self._answers: dict[_Group, Sequence[bool] | None] = {}

    def violates(self, group: _Group, index: int) -> bool:
        """Return the answer of a rule; raises `RuntimeError` where its expression can't be evaluated."""
        if group not in self._answers:
            self._answers[group] = self._all(group)
        answers = self._answers[group]
        return _value(group.rules[index].answer, self.activation) if answers is None else answers[index]

    def _all(self, group: _Group) -> Sequence[bool] | None:
        """Return the answers of a group; None where one rule, or the sum of their iterations, is too much for it."""
        try:
            return _value(group.answers, self.activation)
        except RuntimeError:
            return None


@functools.lru_cache(maxsize=1)
def _subject(props: Props, parameters: Parameters) -> _Subject:
    """Return the subject; kept for the next control on the same resource."""
    return _Subject(props, parameters)


def _activation(shown: Any, parameters: Mapping[str, str]) -> cel.Activation:
    """Return the object with its variables; one that can't be evaluated is missing, and an error where it is read."""
    data: dict[str, Any] = {"object": shown, "params": {"data": parameters}, "variables": {}}
    for name, source in _variables().items():
        with contextlib.suppress(RuntimeError):
            data["variables"][name] = _value(source, _environment().Activation(data))
    return _environment().Activation(data)


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


def _present(value: Any, unknown: list[bool]) -> Any:
    """Drop null entries, as the API server does; grow `unknown` where there is a value that is not known.

    An unknown becomes null: the expression has been found not to read it, and its key is there.
    """
    kind: type = type(value)  # pyright: ignore[reportUnknownVariableType] - of Any; exact types, as this is hot
    if kind is str:
        return value
    if kind is dict:
        mapping = cast("dict[str, Any]", value)
        return {key: _present(below, unknown) for key, below in mapping.items() if below is not None}
    if kind is list:
        return [_present(below, unknown) for below in cast("list[Any]", value)]
    if value is UNKNOWN:
        unknown.append(True)
        return None
    return value


def _value(compiled: cel.Expression, activation: cel.Activation) -> Any:
    """Return the value; raises `RuntimeError` for an error and after 10,000 iterations, the runtime's limit."""
    result = compiled.eval(activation)
    if result.type() == cel.Type.ERROR:
        raise RuntimeError("the expression can't be evaluated on this object")
    return result.plain_value()
