"""Evaluates workload controls: CEL expressions, the same in the policy pack and in the cluster."""

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from cel_expr_python import cel  # pyright: ignore[reportMissingTypeStubs] - ships .pyi without the marker file
from cel_expr_python.ext import ext_bindings, ext_optional, ext_strings  # pyright: ignore[reportMissingTypeStubs]

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

_OF_TEXTS = {"annotations", "binaryData", "data", "labels", "matchLabels", "nodeSelector", "stringData"}
_FREE_FORM = frozenset(_OF_TEXTS | {"limits", "parameters", "requests"})
"""Maps whose keys are the user's own, so that no expression can name them."""

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_VARIABLE = re.compile(r"\bvariables\.(\w+)")
_BOUND = "variables_"


def load(folder: Path, parameters: Parameters | None = None, minor: str = NEWEST) -> Iterator[Control]:
    """Yield the controls of a folder, with these parameters and as of a Kubernetes minor.

    Raises `ValueError` naming the file, and the line where there is one, if a key is unknown or missing, or
    the CEL does not compile.
    """
    given = Parameters.of() if parameters is None else parameters
    rules = _rules(folder, minor)
    judge = _Judge(rules, given)
    for rule in rules:
        yield Control(
            id=rule.id,
            types=rule.types,
            check=judge.check(rule),
            expression=expression(rule.content, minor),
            **rule.content.model_dump(include={"title", "severity", "enforcement", "why", "fix", "url"}),
        )


def ids(folder: Path) -> Iterator[str]:
    """Yield the ids of a folder's controls, which are the names of their files."""
    yield from (file.stem for file in _files(folder))


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"))


@dataclass(frozen=True, eq=False, kw_only=True)
class _Rule:
    id: str
    content: ControlFile
    types: tuple[str, ...]
    violated: str
    """CEL: whether it is violated."""
    offenders: str | None
    """CEL: the names of the containers that violate it."""
    words: frozenset[str]

    @property
    def asked(self) -> str:
        """What a group asks: the names of the containers that violate it, or whether it is violated."""
        return self.offenders or self.violated


@dataclass(frozen=True, eq=False)
class _Group:
    """Rules on one kind: one evaluation answers them all, as most of its cost is handing over the object."""

    rules: tuple[_Rule, ...]
    answers: cel.Expression
    """A list: for each rule what it asks."""


@functools.cache
def _rules(folder: Path, minor: str) -> tuple[_Rule, ...]:
    rules = {file: _rule(file, minor) for file in _files(folder)}
    try:
        # All at once, since most of the time of compiling one goes into the variables that they have in common.
        _compiled_list(tuple(rules.values()))
    except RuntimeError:
        for file, rule in rules.items():
            _check(file, rule, minor)
        raise
    return tuple(rules.values())


@functools.cache
def _group(rules: tuple[_Rule, ...], kind: str) -> _Group:
    """Return the rules on a kind, of whatever version."""
    asked = tuple(rule for rule in rules if any(type_.endswith(f":{kind}") for type_ in rule.types))
    return _Group(asked, _compiled_list(asked))


def _compiled_list(rules: tuple[_Rule, ...]) -> cel.Expression:
    """Compile the list of what each rule asks; raises `RuntimeError` where one of them does not compile."""
    return _compiled(f"[{', '.join(rule.asked for rule in rules)}]")


def is_id(text: str) -> bool:
    """Return whether a text may be the id of a control."""
    return _ID.fullmatch(text) is not None


def compile_file(file: Path) -> None:
    """Read a control's file and compile what it says of every Kubernetes minor.

    Raises `ValueError` naming the file and the line.
    """
    for minor in (NEWEST, *(_minor_before(change.before) for change in read(file).changed)):
        _check(file, _rule(file, minor), minor)


def _minor_before(minor: str) -> str:
    return f"1.{int(minor.removeprefix('1.')) - 1}"


def _rule(file: Path, minor: str) -> _Rule:
    if not is_id(file.stem):
        raise ValueError(f"{file}:1: a control's id is its file's name, in lower-case words joined by '-'")
    content = read(file)
    violated = f"!({expression(content, minor)})"
    return _Rule(
        id=file.stem,
        content=content,
        types=tuple(kind.type for kind in content.kinds) or POD_TYPES,
        violated=violated,
        offenders=offenders_expression(content, minor) if content.scope is Scope.CONTAINER else None,
        words=_words(violated),
    )


def _check(file: Path, rule: _Rule, minor: str) -> None:
    """Compile a rule by itself; raises `ValueError` naming the file and the line."""
    try:
        _compiled(rule.asked)
    except RuntimeError as error:
        content = rule.content
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
    return cel.NewEnv(
        variables={"object": cel.Type.DYN, "params": cel.Type.DYN},
        extensions=[ext_bindings.ExtBindings(), ext_optional.ExtOptional(), ext_strings.ExtStrings(2)],
    )


@functools.cache
def _compiled(source: str) -> cel.Expression:
    """Compile an expression with the variables that it reads, each of which is evaluated at its first use or never."""
    bound = _bindings(source)
    for name, value in reversed(list(VARIABLES.items())):
        if f"{_BOUND}{name}" in bound:
            bound = f"cel.bind({_BOUND}{name}, {_bindings(value)}, {bound})"
    return _environment().compile(bound)


def _bindings(source: str) -> str:
    """Return the source with its variables as names that can be bound: the runtime has no lazy fields of a map."""
    return _VARIABLE.sub(rf"{_BOUND}\1", source)


class _Judge:
    """Answers for rules and an environment's lists; remembers the object that it judged last."""

    def __init__(self, rules: tuple[_Rule, ...], parameters: Parameters) -> None:
        self._rules = rules
        self._parameters = dict(parameters.data)
        self._last: _Subject | None = None

    def check(self, rule: _Rule) -> Callable[[Props], Iterator[str] | None]:
        """Return the check of a control."""
        message = f"{rule.content.path} must {rule.content.must}"

        def check(props: Props) -> Iterator[str] | None:
            subject = self._subject(props)
            for path in subject.unknown:
                if _reads(rule.words, path):
                    raise UnknownRead(path)
            answer = subject.answer(rule)
            if not answer:
                return None
            return iter((message if answer is True else f"container {', '.join(answer)}: {message}",))

        return check

    def _subject(self, props: Props) -> "_Subject":
        last = self._last
        if last is None or last.props is not props:
            self._last = last = _Subject(props, self._parameters, self._rules)
        return last


class _Subject:
    """An object as the expressions see it, with the answers that are known already."""

    def __init__(self, props: Props, parameters: Mapping[str, str], rules: tuple[_Rule, ...]) -> None:
        self.props = props
        unknown: list[bool] = []
        shown = _present(props.plain, unknown)
        self.unknown = tuple(unknown_paths(props.plain)) if unknown else ()
        self._activation = _environment().Activation({"object": shown, "params": {"data": parameters}})
        kind = props.plain.get("kind")
        self._answers = self._all(_group(rules, kind)) if isinstance(kind, str) else dict[_Rule, bool | list[str]]()

    def answer(self, rule: _Rule) -> bool | list[str]:
        """Return whether the rule is violated, or by which containers.

        Raises `RuntimeError` where its expression can't be evaluated.
        """
        answer = self._answers.get(rule)
        if answer is None:
            answer = _value(_compiled(rule.violated), self._activation)
            if answer and rule.offenders is not None:
                return _value(_compiled(rule.offenders), self._activation)
        return answer

    def _all(self, group: _Group) -> Mapping[_Rule, bool | list[str]]:
        """Return the answers of a group; none where one rule, or the sum of their iterations, is too much for it."""
        try:
            return dict(zip(group.rules, _value(group.answers, self._activation), strict=True))
        except RuntimeError:
            return {}


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
