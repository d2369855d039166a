"""Who can do what: subjects with the same rights are one row, its columns are kinds of resources."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple, cast

import yaml

from preview.permissions import Permissions
from preview.permissions.dangers import Danger
from preview.permissions.model import Holding
from preview.permissions.rules import Request, Rule
from preview.permissions.subjects import SubjectKind

from .table import Column, Table, several

_FILE = Path(__file__).with_name("rights.yaml")
_MOST = 40
"""Most rows of the matrix; those with dangerous rights come first."""
_READING = ("get", "list", "watch")
_CHANGING = ("create", "update", "patch", "delete", "deletecollection", "bind", "escalate", "impersonate", "approve")
_HOLDERS = (Column("Subject", "code"), Column("Where", "code"))
_VERBS = (Column("Resource or path", "code"), Column("Verbs", "code"))


class Access(StrEnum):
    """What is the most that a holder may do with a kind of resource."""

    NONE = "none"
    READ = "read"
    CHANGE = "change"


class Right(NamedTuple):
    """A cell of the matrix."""

    access: Access
    limited: bool
    """Only with objects of certain names."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """Subjects that hold the same roles with the same rules."""

    who: str
    where: str
    roles: str
    rights: tuple[Right, ...]
    dangers: tuple[Danger, ...]
    holders: Table
    verbs: Table


@dataclass(frozen=True, kw_only=True)
class Rights:
    """The permissions matrix of one environment."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: int
    """Rows that the page does not show."""
    unresolved: Table
    not_known: Table


def of(permissions: Permissions, prefix: str) -> Rights:
    """Return the matrix; `prefix` makes the ids of its tables unique in the page."""
    same: dict[tuple[SubjectKind, bool, tuple[str, ...], tuple[Rule, ...]], list[Holding]] = {}
    for each in permissions.holdings:
        same.setdefault((each.subject.kind, each.namespaces is None, each.roles, each.rules), []).append(each)
    groups = sorted(same.values(), key=lambda group: (-len(group[0].dangers), str(group[0].subject)))
    return Rights(
        columns=tuple(title for title, _ in _columns()),
        rows=tuple(_row(group, f"{prefix}-{number}") for number, group in enumerate(groups[:_MOST])),
        left_out=max(0, len(groups) - _MOST),
        unresolved=_names(f"{prefix}-unresolved", "Roles that are not recorded, so not judged", permissions.unresolved),
        not_known=_names(f"{prefix}-not-known", "Not known before the update", permissions.not_known),
    )


def _names(id_: str, caption: str, names: Sequence[str]) -> Table:
    return Table(id=id_, caption=caption, columns=(Column("Name", "code"),), rows=[(each,) for each in names], page=10)


def _row(group: Sequence[Holding], prefix: str) -> Row:
    first = group[0]
    names = [f"{each.subject}" for each in group]
    return Row(
        who=several(names),
        where=_where(group),
        roles=several(first.roles),
        rights=tuple(_right(first.rules, requests) for _, requests in _columns()),
        dangers=first.dangers,
        holders=Table(
            id=f"{prefix}-holders",
            caption="Who holds these rights, and where",
            columns=_HOLDERS,
            rows=[(str(each.subject), _places(each)) for each in group],
            page=5,
        ),
        verbs=Table(
            id=f"{prefix}-verbs",
            caption="Effective verbs",
            columns=_VERBS,
            rows=[(key, ", ".join(verbs)) for key, verbs in first.verbs().items()],
            page=10,
        ),
    )


def _where(group: Sequence[Holding]) -> str:
    if group[0].namespaces is None:
        return "the whole cluster"
    return several(sorted({name for each in group for name in each.namespaces or ()}), 2)


def _places(holding: Holding) -> str:
    return "the whole cluster" if holding.namespaces is None else several(holding.namespaces, 20)


def _right(rules: Sequence[Rule], resources: Sequence[tuple[str, str]]) -> Right:
    for access, verbs in ((Access.CHANGE, _CHANGING), (Access.READ, _READING)):
        opening = [rule for rule in rules if _allows(rule, verbs, resources)]
        if opening:
            return Right(access, all(rule.names for rule in opening))
    return Right(Access.NONE, limited=False)


def _allows(rule: Rule, verbs: Sequence[str], resources: Sequence[tuple[str, str]]) -> bool:
    return any(
        rule.allows(Request(verb=verb, group=group, resource=resource, name=name))
        for group, resource in resources
        for verb in verbs
        for name in rule.names[:1] or ("",)
    )


@functools.cache
def _columns() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    entries = cast("list[Mapping[str, Any]]", yaml.safe_load(_FILE.read_text(encoding="utf-8")))
    return tuple((each["title"], tuple((group, name) for group, name in each["resources"])) for each in entries)
