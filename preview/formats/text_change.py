"""What a change does, in the terminal report."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape

from preview.change import summary
from preview.change.model import (
    Action,
    Change,
    PropertyChange,
    ResourceChange,
    RightsChange,
    VerdictChange,
    WaiverChange,
)
from preview.plain_text import one_line

from .text_lines import LONGEST, say

_MOST = 25
"""Most entries of each part."""
_MOST_BELOW = 8
"""Most properties of a resource, and rights of a subject."""
_SIGNS = {
    Action.ADDED: "[green]+[/]",
    Action.CHANGED: "[yellow]~[/]",
    Action.REPLACED: "[bold red]-/+[/]",
    Action.REMOVED: "[red]-[/]",
}
_Entry = tuple[str, ...]
"""A line, and lines below it."""


def write(change: Change, console: Console) -> None:
    """Write what changes; nothing where nothing does but one line that says so."""
    say(
        console,
        f"[bold]changes[/] against {escape(one_line(summary.compared_with(change), LONGEST))}: {summary.line(change)}",
    )
    if change.problem is not None:
        say(console, f"[bold red]not compared[/]: {escape(one_line(change.problem, LONGEST))}", indent=2)
    _write_part([*map(_resource, change.resources)], console)
    _write_part([_verdict("[bold red]worse[/]", each) for each in change.worse], console)
    _write_part([_verdict("[green]better[/]", each) for each in change.better], console)
    _write_part([(f"[bold red]opened[/] {_quoted(str(each))}",) for each in change.opened], console)
    _write_part([(f"[green]closed[/] {_quoted(str(each))}",) for each in change.closed], console)
    _write_part([_rights("[bold red]gained[/]", each) for each in change.gained], console)
    _write_part([_rights("[green]lost[/]", each) for each in change.lost], console)
    _write_part([*map(_waiver, change.waivers)], console)


def _write_part(entries: Sequence[_Entry], console: Console) -> None:
    for first, *below in entries[:_MOST]:
        say(console, first, indent=2)
        for line in below:
            say(console, line, indent=6)
    if len(entries) > _MOST:
        say(console, f"... {len(entries) - _MOST} more like this; --format json has them all", indent=2)


def _resource(change: ResourceChange) -> _Entry:
    kind = change.type.rsplit(":", 1)[-1]
    why = f" replaced by {_quoted(', '.join(change.replaced_by))}" if change.replaced_by else ""
    head = f"{_SIGNS[change.action]} {_quoted(kind)} [cyan]{_quoted(change.name)}[/]{why}"
    return (head, *_few([_property(each) for each in change.properties]))


def _property(change: PropertyChange) -> str:
    before, after = ("absent" if each is None else each for each in (change.before, change.after))
    return f"{_quoted(change.path)}: {_quoted(before)} -> {_quoted(after)}"


def _verdict(what: str, change: VerdictChange) -> _Entry:
    before, after = (each or "none" for each in (change.before, change.after))
    return (f"{what} {_quoted(change.control)} {_quoted(change.resource)}: {_quoted(before)} -> {_quoted(after)}",)


def _rights(what: str, change: RightsChange) -> _Entry:
    head = f"{what} {_quoted(change.subject)} in {_quoted(change.where)}"
    dangers = [f"[bold red]dangerous[/]: {_quoted(', '.join(change.dangers))}"] if change.dangers else []
    return (head, *dangers, *_few([_quoted(each) for each in change.rights]))


def _waiver(change: WaiverChange) -> _Entry:
    ends = " -> ".join(each for each in (change.before, change.after) if each)
    head = f"waiver {change.action}: {_quoted(change.control)} for {_quoted(change.resource)}, {ends}"
    return (head, f"{_quoted(change.owner)}: {_quoted(change.reason)}")


def _few(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:_MOST_BELOW]
    if len(lines) > _MOST_BELOW:
        yield f"... {len(lines) - _MOST_BELOW} more"


def _quoted(text: str) -> str:
    return escape(one_line(text, LONGEST))
