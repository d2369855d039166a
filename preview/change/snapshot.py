"""What one side of a change is: what each side says of itself, in a form that later revisions can read.

Each side runs with its own code, in its own process. All that they share is this form, so it changes seldom: a
field may be added with a default; anything else is a new `VERSION`, and readers keep reading the one before.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict

from policies.model import Outcome, Resource, Verdict, Waiver
from policies.values import UNKNOWN, Props
from preview.result import StackResult

from .masks import Path, secret_paths

VERSION = 1
_GOOD = (Outcome.PASS, Outcome.NOT_APPLICABLE)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class RecordedResource(_Part):
    """A resource; a property that is unknown or secret is null, and its path is in a list of its own."""

    urn: str
    type: str
    name: str
    parent: str | None
    properties: dict[str, Any]
    unknown: tuple[Path, ...]
    secrets: tuple[tuple[Path, str], ...]
    """Path and digest; the digest's key is made for one comparison and forgotten."""
    references: dict[str, tuple[str, ...]]
    replace_on_changes: tuple[str, ...]

    @property
    def judged_type(self) -> str:
        """The type token as controls name it."""
        return self.resource("").judged_type

    def values(self, secret: Callable[[str], Any]) -> dict[str, Any]:
        """Return the properties with `UNKNOWN`, and what a function makes of each secret's digest, in their places."""
        values: dict[str, Any] = json.loads(json.dumps(self.properties))
        for path in self.unknown:
            _put(values, path, UNKNOWN)
        for path, digest in self.secrets:
            _put(values, path, secret(digest))
        return values

    def resource(self, hidden: str) -> Resource:
        """Return the resource with a text in the place of each secret."""
        return Resource(
            urn=self.urn,
            type=self.type,
            name=self.name,
            props=Props(self.values(lambda _digest: hidden)),
            parent=self.parent,
            references=self.references,
        )


class RecordedVerdict(_Part):
    """A verdict that is no pass."""

    control: str
    severity: str
    urn: str
    resource: str
    """`type::name`."""
    outcome: str
    messages: tuple[str, ...]
    fix: str
    url: str
    denies: bool


class RecordedWaiver(_Part):
    """A waiver that is about the environment."""

    control: str
    stack: str
    resource: str
    reason: str
    owner: str
    expires: str
    cluster_object: tuple[str, str] | None


class Snapshot(_Part):
    """One environment on one side."""

    name: str
    error: str | None
    resources: tuple[RecordedResource, ...]
    controls: tuple[str, ...]
    """Ids of the controls that judged anything."""
    verdicts: tuple[RecordedVerdict, ...]
    waivers: tuple[RecordedWaiver, ...]
    waiver_problems: tuple[str, ...] | None = None
    """What is wrong with them; None of a side that doesn't tell."""
    baseline_problems: tuple[str, ...] | None = None


class Snapshots(_Part):
    """What a side says; without a verdict that passes, which would be most of it."""

    version: Literal[1]
    snapshots: tuple[Snapshot, ...]


class Request(_Part):
    """What a side is asked for; in a process of its own, as its standard input."""

    stacks: tuple[str, ...]
    strict: bool
    together: bool
    key: str
    """Key of the digests of secrets, as hexadecimal digits."""


def of(result: StackResult, waivers: Sequence[Waiver], stacks: Iterable[str], key: str) -> Snapshot:
    """Return the snapshot of a result, which is about these stacks."""
    about = list(stacks)
    return Snapshot(
        name=result.name,
        error=result.error,
        resources=tuple(_recorded(each, key) for each in result.resources),
        controls=tuple(sorted({each.control.id for each in result.report.verdicts})),
        verdicts=tuple(
            _verdict(each, strict=result.strict) for each in result.report.verdicts if each.outcome not in _GOOD
        ),
        waivers=tuple(_waiver(each) for each in waivers if any(each.concerns(stack) for stack in about)),
        waiver_problems=result.report.waiver_problems,
        baseline_problems=result.report.baseline_problems,
    )


def _recorded(resource: Resource, key: str) -> RecordedResource:
    unknown: list[Path] = []
    secrets: list[tuple[Path, str]] = []
    hidden = secret_paths(resource)

    def encoded(value: Any, path: Path) -> Any:
        if path in hidden:
            secrets.append((path, _digest(value, key)))
            return None
        if value is UNKNOWN:
            unknown.append(path)
            return None
        if isinstance(value, Mapping):
            mapping = cast("Mapping[str, Any]", value)
            return {name: encoded(below, (*path, name)) for name, below in mapping.items()}
        if isinstance(value, list):
            return [encoded(below, (*path, index)) for index, below in enumerate(cast("list[Any]", value))]
        return value if isinstance(value, str | int | float | bool) or value is None else f"[{type(value).__name__}]"

    return RecordedResource(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        parent=resource.parent,
        properties={name: encoded(value, (name,)) for name, value in resource.props.plain.items()},
        unknown=tuple(unknown),
        secrets=tuple(secrets),
        references=dict(resource.references),
        replace_on_changes=resource.replace_on_changes,
    )


def _digest(value: Any, key: str) -> str:
    """Return what tells two secrets apart, and says nothing of them to whoever doesn't have the key."""
    text = json.dumps(value, sort_keys=True, default=repr)
    return hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).hexdigest()


def _put(values: Any, path: Path, value: Any) -> None:
    for part in path[:-1]:
        values = values[part]
    values[path[-1]] = value


def _verdict(verdict: Verdict, *, strict: bool) -> RecordedVerdict:
    return RecordedVerdict(
        control=verdict.control.id,
        severity=verdict.control.severity,
        urn=verdict.resource.urn,
        resource=verdict.resource.key,
        outcome=verdict.outcome,
        messages=verdict.messages,
        fix=verdict.control.fix,
        url=verdict.control.url,
        denies=verdict.denies(strict=strict),
    )


def _waiver(waiver: Waiver) -> RecordedWaiver:
    return RecordedWaiver(
        control=waiver.control,
        stack=waiver.stack,
        resource=waiver.resource,
        reason=waiver.reason,
        owner=waiver.owner,
        expires=waiver.expires.isoformat(),
        cluster_object=waiver.cluster_object,
    )
