"""The report as a comment on a pull request: the conclusion first, then what changes, the rest folded.

It is as long as a comment may be, whatever the environments: where there is more, it says how much more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from preview.change import summary
from preview.change.model import Presence
from preview.exit_code import ExitCode
from preview.formats import Layout
from preview.result import StackResult

from . import markdown_parts, outcomes
from .markdown_text import code, text

MARKER = "<!-- secure-clusters-preview -->"
"""First line, by which the comment is found again and replaced."""
LONGEST = 60_000
"""Most characters; GitHub takes 65,536."""
_LIMITS = (50, 20, 10, 5, 2, 1)
"""Most entries of each list, tried in turn until the whole is short enough."""
_FOOT = "<sub>`python -m preview explain CONTROL` tells why a control asks for it, and how to fix what it finds.</sub>"
_MARKS = {ExitCode.ALLOWED: "✅ allowed", ExitCode.DENIED: "❌ denied"}


def render(results: Sequence[StackResult], _layout: Layout | None = None) -> str:
    """Return the report as Markdown of at most `LONGEST` characters."""
    for most in _LIMITS:
        whole = "\n\n".join([*_head(results, len(results)), *_environments(results, most), _FOOT]) + "\n"
        if len(whole) <= LONGEST:
            return whole
    return _short(results)


def _short(results: Sequence[StackResult]) -> str:
    """Return what fits of the table: of too many environments not even one entry each does."""
    shown = len(results)
    while True:
        whole = "\n\n".join([*_head(results, shown), "The rest is too long for a comment."]) + "\n"
        if len(whole) <= LONGEST:
            return whole
        shown = shown * LONGEST // (len(whole) + 1)


def _head(results: Sequence[StackResult], shown: int) -> Iterator[str]:
    """Yield the marker, the conclusion, and a row for each environment, the worst first."""
    worst = max((each.exit_code for each in results), default=ExitCode.ALLOWED)
    yield f"{MARKER}\n## Policy preview: {_MARKS.get(worst, '❌ not previewed')}"
    yield _conclusion(results)
    if problem := next((each.change.problem for each in results if each.change and _is_missing(each)), None):
        yield f"⚠️ Not compared: {text(problem, 500)}"
    rows = [_row(each) for each in _worst_first(results)[:shown]]
    table = ["| environment | verdict | verdicts | what changes |", "|---|---|---|---|", *rows]
    if len(results) > shown:
        table.append(f"| … {len(results) - shown} more | | | |")
    yield "\n".join(table)


def _worst_first(results: Sequence[StackResult]) -> list[StackResult]:
    return sorted(results, key=lambda each: -each.exit_code)


def _conclusion(results: Sequence[StackResult]) -> str:
    denied = sum(1 for each in results if each.exit_code is not ExitCode.ALLOWED)
    new = sum(1 for each in results if each.change for one in each.change.worse if one.denies)
    of = f"{denied} of {len(results)} environments would be denied" if denied else "Nothing denies the update"
    brings = f"; this change brings {new} new failure{'' if new == 1 else 's'}" if new else ""
    return f"{of}{brings}."


def _row(result: StackResult) -> str:
    numbers = outcomes.numbers(result.report.verdicts)
    changes = summary.line(result.change) if result.change and not _is_missing(result) else ""
    return f"| {code(result.name, 60)} | {_state(result)} | {numbers} | {changes} |"


def _state(result: StackResult) -> str:
    if result.change is not None and result.change.presence is Presence.REMOVED:
        return "removed"
    return _MARKS.get(result.exit_code, "❌ not previewed")


def _is_missing(result: StackResult) -> bool:
    """Return whether there is no comparison of it, though there should be."""
    change = result.change
    return change is not None and change.problem is not None and change.presence is Presence.BOTH


def _environments(results: Sequence[StackResult], most: int) -> Iterator[str]:
    for result in _worst_first(results):
        parts = [each.written() for each in markdown_parts.of(result, most)]
        if result.error is not None:
            parts.insert(0, f"❌ {text(result.error, 2000)}")
        if parts:
            compared = result.change is not None and not _is_missing(result)
            against = f", against {code(summary.compared_with(result.change))}" if result.change and compared else ""
            yield f"### {code(result.name, 60)}: {_state(result)}{against}"
            yield from parts
