"""What a change does to each environment: all that the formats for pull requests tell, in tables that can be filtered.

Values of properties come masked and shortened from the comparison; nothing here sees a secret.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from preview.change import summary
from preview.change.model import (
    Action,
    Change,
    Flow,
    Presence,
    Problem,
    ResourceChange,
    RightsChange,
    VerdictChange,
    WaiverChange,
)
from preview.result import StackResult

from .table import MOST, Cell, Column, Table, Toned, several
from .words import Tone

_PAGE = 10
_MOST_KINDS = 8
"""Most kinds of resources that are named above a table of them."""
_VERDICTS = (
    Column("Control", "code"),
    Column("Resource", "code"),
    Column("Before", "short"),
    Column("Now", "short"),
    Column("What is wrong, and the fix"),
)
_WAYS = (Column("From", "code"), Column("To", "code"), Column("Ports", "code"))
_RIGHTS = (Column("Who", "code"), Column("Where", "code"), Column("Rights", "code"), Column("Dangerous"))
_WHOLE = (Column("Resource", "code"), Column("Type", "code"))
_VALUES = (Column("Resource", "code"), Column("Property", "code"), Column("Before", "code"), Column("Now", "code"))
_WAIVERS = (
    Column("Control", "code"),
    Column("Resource", "code"),
    Column("What happens"),
    Column("Last day", "short"),
    Column("Reason and owner"),
)
_PROBLEMS = (Column("What is wrong"),)
_ABSENT = Toned("absent", Tone.QUIET)
_Item = TypeVar("_Item")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One kind of difference; an open one must be seen by whoever reviews the change."""

    tone: Tone
    table: Table
    open: bool
    count: int
    note: str = ""
    """What the rows can't say."""


@dataclass(frozen=True, kw_only=True)
class ChangeView:
    """What a change does to one environment."""

    name: str
    id: str
    compared: str
    """`main (1a2b3c4d5e)`."""
    line: str
    """What there is most to know."""
    problem: str | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What a change does to all environments that were compared."""

    views: tuple[ChangeView, ...]
    same: tuple[str, ...]
    """Environments in which nothing changes."""


def of(results: Sequence[StackResult]) -> Changes | None:
    """Return what changes; None where nothing was compared."""
    if all(each.change is None for each in results):
        return None
    views: list[ChangeView] = []
    same: list[str] = []
    for number, result in enumerate(results, 1):
        if (change := result.change) is not None:
            view = _view(result.name, id_of(number), change)
            is_same = change.presence is Presence.BOTH and change.problem is None and result.error is None
            if is_same and not view.parts:
                same.append(result.name)
            else:
                views.append(view)
    return Changes(views=tuple(views), same=tuple(same))


def id_of(number: int) -> str:
    """Return where the page tells what happens to an environment, by the number of the environment."""
    return f"change-{number}"


def _view(name: str, id_: str, change: Change) -> ChangeView:
    return ChangeView(
        name=name,
        id=id_,
        compared=summary.compared_with(change),
        line=summary.line(change),
        problem=change.problem,
        parts=tuple(_parts(change, id_)),
    )


def _parts(change: Change, prefix: str) -> Iterator[Part]:
    """Yield what there is: first what a reviewer must see, then the resources, last what got better."""

    def part(
        name: str,
        caption: str,
        tone: Tone,
        columns: tuple[Column, ...],
        items: Sequence[_Item],
        rows: Callable[[_Item], Iterator[tuple[Cell, ...]]],
    ) -> Iterator[Part]:
        if items:
            made = list(itertools.islice((row for each in items for row in rows(each)), MOST + 1))
            total = sum(1 for each in items for _ in rows(each)) if len(made) > MOST else len(made)
            table = Table(
                id=f"{prefix}-{name}",
                caption=caption,
                columns=columns,
                rows=made[:MOST],
                page=_PAGE,
                beyond=total - len(made[:MOST]),
            )
            yield Part(tone=tone, table=table, open=tone is Tone.BAD, count=len(items))

    yield from part("worse", "Verdicts that get worse", Tone.BAD, _VERDICTS, change.worse, _worse)
    yield from part("opened", "Ways that open", Tone.BAD, _WAYS, change.opened, _way)
    yield from part("gained", "Rights that are gained", Tone.BAD, _RIGHTS, change.gained, _rights)
    yield from part("waivers", "Waivers", Tone.ACCEPTED, _WAIVERS, change.waivers, _waiver)
    yield from part(
        "problems", "Newly wrong with waivers and baselines", Tone.BAD, _PROBLEMS, change.problems, _problem
    )
    for action, tone in _ACTIONS.items():
        found = change.of(action)
        whole = action in (Action.ADDED, Action.REMOVED)
        columns, rows = (_WHOLE, _resource) if whole else (_VALUES, _properties)
        for each in part(action.value, f"Resources that are {action}", tone, columns, found, rows):
            yield replace(each, note=_kinds(found), open=each.open or each.table.total <= _PAGE)
    yield from part("better", "Verdicts that get better", Tone.GOOD, _VERDICTS, change.better, _better)
    yield from part("closed", "Ways that close", Tone.GOOD, _WAYS, change.closed, _way)
    yield from part("lost", "Rights that are lost", Tone.GOOD, _RIGHTS, change.lost, _rights)
    gone = "No longer wrong with waivers and baselines"
    yield from part("problems-gone", gone, Tone.GOOD, _PROBLEMS, change.problems_gone, _problem)


_ACTIONS = {
    Action.REPLACED: Tone.BAD,
    Action.REMOVED: Tone.BAD,
    Action.CHANGED: Tone.DOUBT,
    Action.ADDED: Tone.GOOD,
}
"""What happens to resources, what can lose data first."""


def _worse(change: VerdictChange) -> Iterator[tuple[Cell, ...]]:
    now = Toned(f"{_outcome(change.after)}, denies" if change.denies else _outcome(change.after), Tone.BAD)
    yield from _verdict(change, Toned(_outcome(change.before), Tone.QUIET), now, change.fix)


def _better(change: VerdictChange) -> Iterator[tuple[Cell, ...]]:
    yield from _verdict(
        change, Toned(_outcome(change.before), Tone.QUIET), Toned(_outcome(change.after), Tone.GOOD), ""
    )


def _verdict(change: VerdictChange, before: Cell, now: Cell, fix: str) -> Iterator[tuple[Cell, ...]]:
    told = "\n".join((*change.messages, *([f"Fix: {fix}"] if fix else ())))
    yield (f"{change.control}\n{change.severity}", change.resource, before, now, told)


def _outcome(outcome: str | None) -> str:
    return outcome or "not there"


def _way(flow: Flow) -> Iterator[tuple[Cell, ...]]:
    yield (flow.source, flow.target, flow.ports or "exposed")


def _rights(change: RightsChange) -> Iterator[tuple[Cell, ...]]:
    dangers: Cell = Toned(", ".join(change.dangers), Tone.BAD) if change.dangers else ""
    yield (change.subject, change.where, "\n".join(change.rights), dangers)


def _waiver(change: WaiverChange) -> Iterator[tuple[Cell, ...]]:
    ends = " → ".join(each for each in (change.before, change.after) if each)
    yield (change.control, change.resource, change.action.value, ends, f"{change.reason}\n{change.owner}")


def _problem(problem: Problem) -> Iterator[tuple[Cell, ...]]:
    yield (problem.text,)


def _resource(change: ResourceChange) -> Iterator[tuple[Cell, ...]]:
    yield (change.name, change.type)


def _properties(change: ResourceChange) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each property; the first says as well which of them make the provider replace the resource."""
    why = f"\nreplaced by {', '.join(change.replaced_by)}" if change.replaced_by else ""
    for each in change.properties:
        before, now = (_ABSENT if value is None else value for value in (each.before, each.after))
        yield (f"{change.key}{why}", each.path, before, now)


def _kinds(changes: Sequence[ResourceChange]) -> str:
    """Return how many there are of each kind, the most first."""
    kinds = Counter(each.type.rsplit(":", 1)[-1] for each in changes)
    return several([f"{count:,} {kind}" for kind, count in kinds.most_common()], _MOST_KINDS)
