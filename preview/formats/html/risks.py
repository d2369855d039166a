"""The risk register, the baselines, and every date on which something ends."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from policies.model import Baseline, Waiver
from preview.result import StackResult
from preview.upgrade_plan import UpgradePlan

from . import words
from .table import Cell, Column, Table, Toned
from .words import Tone

_NOT_RECORDED = Toned("not recorded", Tone.DOUBT)
_REGISTER = (
    Column("Risk"),
    Column("Control and what it covers", "code"),
    Column("Owner"),
    Column("Compensating control"),
    Column("Review", "short"),
    Column("Expires", "short"),
    Column("Waives", "short"),
)
_BASELINES = (Column("Environment"), Column("Owner"), Column("Violations"), Column("Expires", "short"))
_DATES = (Column("Date", "short"), Column("When", "short"), Column("What"), Column("Owner"))


@dataclass(frozen=True, kw_only=True)
class Risks:
    """What was accepted, and what is wrong with it."""

    register: Table
    baselines: Table
    problems: tuple[tuple[str, str], ...]
    """Environment, and what is wrong with a waiver or a baseline of it."""


def of(results: Sequence[StackResult], today: datetime.date) -> Risks:
    """Return the accepted risks by expiry, each once however many environments it concerns."""
    risks = sorted(_risks(results), key=lambda each: (each[0].expires, repr(each)))
    baselines = sorted(_baselines(results), key=lambda each: (each.expires, each.stack))
    return Risks(
        register=Table(
            id="register",
            caption="Accepted risks, by expiry",
            columns=_REGISTER,
            rows=[_risk(each, _waived(each, results), today) for each in risks],
        ),
        baselines=Table(
            id="baselines",
            caption="Violations that were there before the catalogue",
            columns=_BASELINES,
            rows=[(each.stack, each.owner, f"{len(each.violations)}", _end(each.expires, today)) for each in baselines],
        ),
        problems=tuple(
            (result.name, problem)
            for result in results
            for problem in (*result.report.waiver_problems, *result.report.baseline_problems)
        ),
    )


def _baselines(results: Sequence[StackResult]) -> set[Baseline]:
    return {each for result in results for each in result.baselines}


def _risks(results: Sequence[StackResult]) -> list[tuple[Waiver, ...]]:
    """Return the waivers of each risk, which differ in nothing but controls and resources."""
    risks: dict[Waiver, list[Waiver]] = {}
    for waiver in dict.fromkeys(each for result in results for each in result.waivers):
        risks.setdefault(replace(waiver, control="", resource=""), []).append(waiver)
    return [tuple(each) for each in risks.values()]


def _waived(risk: Sequence[Waiver], results: Sequence[StackResult]) -> int:
    return sum(verdict.waiver in risk for result in results for verdict in result.report.verdicts if verdict.waiver)


def _risk(risk: Sequence[Waiver], waived: int, today: datetime.date) -> tuple[Cell, ...]:
    waiver = risk[0]
    controls, resources = (dict.fromkeys(names) for names in zip(*((e.control, e.resource) for e in risk), strict=True))
    return (
        waiver.reason,
        "\n".join([*controls, *(f"{waiver.stack}: {resource}" for resource in resources)]),
        waiver.owner,
        waiver.compensating or _NOT_RECORDED,
        _NOT_RECORDED if waiver.review is None else _end(waiver.review, today),
        _end(waiver.expires, today),
        f"{waived} now" if waived else Toned("nothing", Tone.DOUBT),
    )


def _end(date: datetime.date, today: datetime.date) -> Toned:
    return Toned(f"{date}\n{words.days(date, today)}", words.tone_of(date, today))


def dates(results: Sequence[StackResult], today: datetime.date) -> Table:
    """Return what ends, is due or begins, the next first; what is overdue stands before it."""
    return Table(
        id="dates",
        caption="What is due, the next first",
        columns=_DATES,
        rows=[
            (f"{date}", Toned(words.days(date, today), words.tone_of(date, today)), what, who)
            for date, what, who in sorted(set(_dates(results)))
        ],
        page=12,
    )


def _dates(results: Sequence[StackResult]) -> Iterator[tuple[datetime.date, str, str]]:
    for waiver, *others in _risks(results):
        more = len({each.control for each in others} - {waiver.control})
        about = f"The waiver of {waiver.control}{f' and {more} more' if more else ''} on {waiver.stack}"
        yield waiver.expires, f"{about} ends", waiver.owner
        if waiver.review is not None:
            yield waiver.review, f"{about} is reviewed", waiver.owner
    for result in results:
        for baseline in result.baselines:
            yield baseline.expires, f"The baseline of {baseline.stack} ends", baseline.owner
        for plan in result.upgrades:
            if plan.support_ends is not None:
                yield plan.support_ends, f"Standard support of Kubernetes {plan.version} ends on {plan.cluster}", ""


def support(plan: UpgradePlan, today: datetime.date) -> Toned | None:
    """Return until when the minor of a cluster is supported, and how many days that is."""
    return None if plan.support_ends is None else _end(plan.support_ends, today)
