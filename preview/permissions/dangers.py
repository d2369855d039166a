"""The rights with which somebody becomes somebody else; which they are is data in `dangers.yaml`."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from components import data_file

from .rules import Request, Rule

_FILE = Path(__file__).with_name("dangers.yaml")


@dataclass(frozen=True, kw_only=True)
class _Path:
    id: str
    why: str
    cluster: bool
    requests: tuple[Request, ...]


@dataclass(frozen=True, kw_only=True)
class Danger:
    """A right that is worth more than it looks."""

    id: str
    why: str
    """What its holder does with it."""
    limited: bool
    """Only with objects of certain names."""


def of(rules: Sequence[Rule], *, cluster: bool) -> tuple[Danger, ...]:
    """Return the dangers of rules that hold together, in the whole cluster or in a namespace."""
    return tuple(_found(rules, cluster=cluster))


def _found(rules: Sequence[Rule], *, cluster: bool) -> Iterator[Danger]:
    for path in _paths():
        if path.cluster and not cluster:
            continue
        # A rule that names objects allows nothing without a name; asked for its own names it says what it opens.
        opening = [
            rule
            for rule in rules
            if any(
                rule.allows(Request(verb=each.verb, group=each.group, resource=each.resource, name=name))
                for each in path.requests
                for name in rule.names or ("",)
            )
        ]
        if opening:
            yield Danger(id=path.id, why=path.why, limited=all(rule.names for rule in opening))


@functools.cache
def _paths() -> tuple[_Path, ...]:
    entries = cast("list[dict[str, Any]]", data_file.read(_FILE))
    return tuple(
        _Path(
            id=each["id"],
            why=each["why"],
            cluster=each.get("cluster", False),
            requests=tuple(Request(**request) for request in each["requests"]),
        )
        for each in entries
    )
