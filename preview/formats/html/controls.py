"""What each control says of all environments together, and of which resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from policies.model import Control, Outcome, Severity, Verdict
from preview.result import StackResult

from . import words
from .table import MOST, Cell, Column, Table, Toned
from .words import Count

_SEVERITIES = list(Severity)[::-1]
_COLUMNS = (Column("Resource", "code"), Column("Environment"), Column("Verdict", "short"), Column("What was found"))


class State(StrEnum):
    """What the verdicts of a control come to."""

    DENIES = "denies"
    ATTENTION = "needs attention"
    ACCEPTED = "accepted"
    HOLDS = "holds"
    NOTHING = "nothing to judge"


@dataclass(frozen=True, kw_only=True)
class ControlEntry:
    """A control with its verdicts."""

    control: Control
    state: State
    counts: tuple[Count, ...]
    findings: Table
    """A row for each verdict that is neither a pass nor beside the point."""


def by_control(results: Sequence[StackResult]) -> Mapping[str, Sequence[tuple[StackResult, Verdict]]]:
    """Return the verdicts by the id of the control, with the environment that each is about."""
    found: dict[str, list[tuple[StackResult, Verdict]]] = {}
    for result in results:
        for verdict in result.report.verdicts:
            found.setdefault(verdict.control.id, []).append((result, verdict))
    return found


def entries(verdicts: Mapping[str, Sequence[tuple[StackResult, Verdict]]]) -> Sequence[ControlEntry]:
    """Return an entry for each control, the worst first, then by severity and name."""
    return sorted((_entry(found) for found in verdicts.values()), key=_rank)


def _rank(entry: ControlEntry) -> tuple[int, int, str]:
    return (list(State).index(entry.state), _SEVERITIES.index(entry.control.severity), entry.control.id)


def _entry(found: Sequence[tuple[StackResult, Verdict]]) -> ControlEntry:
    control = found[0][1].control
    trouble = [each for each in found if each[1].outcome in words.TROUBLE]
    trouble.sort(key=lambda each: (words.TROUBLE.index(each[1].outcome), each[0].name, each[1].resource.key))
    return ControlEntry(
        control=control,
        state=_state(found),
        counts=words.counts(verdict for _, verdict in found),
        findings=Table(
            id=f"findings-{control.id}",
            caption=f"Findings of {control.id}",
            columns=_COLUMNS,
            rows=[_row(result, verdict) for result, verdict in trouble[:MOST]],
            page=10,
            beyond=max(0, len(trouble) - MOST),
        ),
    )


def _state(found: Sequence[tuple[StackResult, Verdict]]) -> State:
    if any(verdict.denies(strict=result.strict) for result, verdict in found):
        return State.DENIES
    outcomes = {verdict.outcome for _, verdict in found}
    if outcomes & {Outcome.FAIL, Outcome.ERROR, Outcome.UNKNOWN}:
        return State.ATTENTION
    if outcomes & {Outcome.WAIVED, Outcome.EXISTING}:
        return State.ACCEPTED
    return State.HOLDS if Outcome.PASS in outcomes else State.NOTHING


def _row(result: StackResult, verdict: Verdict) -> tuple[Cell, ...]:
    outcome = Toned(verdict.outcome, words.TONES[verdict.outcome])
    return (verdict.resource.key, result.name, outcome, "\n".join((*verdict.messages, *_accepted(verdict))))


def _accepted(verdict: Verdict) -> Iterator[str]:
    if verdict.waiver is not None:
        yield f"Waived by {verdict.waiver.owner} until {verdict.waiver.expires}."
    if verdict.baseline is not None:
        yield f"There before; {verdict.baseline.owner} fixes it until {verdict.baseline.expires}."
