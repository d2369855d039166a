"""What the verdicts mean for each benchmark, requirement by requirement."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from policies import frameworks
from policies.catalogue import control_ids
from policies.frameworks import Framework, Requirement, Status
from policies.model import Outcome, Verdict
from preview.result import StackResult

from .table import Cell, Column, Table, Toned
from .words import Tone

CHARTS = "platform-chart-rendered"
"""The control that does not know what a chart installs."""
_COLUMNS = (Column("Requirement"), Column("Verdict", "short"), Column("Controls", "code"), Column("Note"))


class Answer(StrEnum):
    """What is known of a requirement. The worst verdict decides; a requirement without a verdict never holds."""

    FAILS = "fails"
    NOT_KNOWN = "not known"
    ACCEPTED = "accepted"
    HOLDS = "holds"
    NOTHING = "nothing to judge"
    GAP = "gap"
    ELSEWHERE = "answered elsewhere"


_TONES = {
    Answer.FAILS: Tone.BAD,
    Answer.NOT_KNOWN: Tone.DOUBT,
    Answer.ACCEPTED: Tone.ACCEPTED,
    Answer.HOLDS: Tone.GOOD,
    Answer.NOTHING: Tone.QUIET,
    Answer.GAP: Tone.DOUBT,
    Answer.ELSEWHERE: Tone.QUIET,
}
_ANSWERS = {
    Outcome.FAIL: Answer.FAILS,
    Outcome.ERROR: Answer.NOT_KNOWN,
    Outcome.UNKNOWN: Answer.NOT_KNOWN,
    Outcome.EXISTING: Answer.ACCEPTED,
    Outcome.WAIVED: Answer.ACCEPTED,
    Outcome.PASS: Answer.HOLDS,
}
"""The worst first; an error of ours says nothing of the requirement."""
_OTHERS = {Status.GAP: Answer.GAP, Status.PROVIDER_MANAGED: Answer.ELSEWHERE, Status.MANUAL: Answer.ELSEWHERE}


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """A benchmark with the answers of all environments of the report together."""

    title: str
    source: str
    left_out: str | None
    counts: tuple[tuple[Answer, int, Tone], ...]
    """Every answer, in one order for all benchmarks."""
    requirements: Table


@dataclass(frozen=True, kw_only=True)
class Benchmarks:
    """The benchmarks that are about what is here, and the names of the others."""

    answers: tuple[Answer, ...]
    judged: tuple[Benchmark, ...]
    others: tuple[str, ...]


def of(verdicts: Mapping[str, Sequence[tuple[StackResult, Verdict]]]) -> Benchmarks:
    """Return what the verdicts, given by control, mean for every benchmark of the catalogue."""
    outcomes = _outcomes(verdicts)
    judged: list[Benchmark] = []
    others: list[str] = []
    for number, framework in enumerate(_known()):
        answers = [_answer(each, outcomes) for each in framework.requirements]
        if not _concerned(answers):
            others.append(_title(framework))
        else:
            judged.append(_benchmark(number, framework, answers))
    return Benchmarks(answers=tuple(Answer), judged=tuple(judged), others=tuple(others))


def _outcomes(verdicts: Mapping[str, Sequence[tuple[StackResult, Verdict]]]) -> dict[str, set[Outcome]]:
    """Return the outcomes of each control; to those on objects of Kubernetes an unseen chart may hold anything."""
    outcomes = {control: {verdict.outcome for _, verdict in found} for control, found in verdicts.items()}
    if Outcome.UNKNOWN in outcomes.get(CHARTS, ()):
        for control, found in verdicts.items():
            if any(type_.startswith("kubernetes:") for type_ in found[0][1].control.types):
                outcomes[control].add(Outcome.UNKNOWN)
    return outcomes


@functools.cache
def _known() -> tuple[Framework, ...]:
    return frameworks.load(control_ids())


def _concerned(answers: Sequence[Answer]) -> bool:
    """Return whether at least half of what controls answer is judged here; a benchmark of another cloud is not."""
    asked = [each for each in answers if each not in _OTHERS.values()]
    return 2 * sum(each is not Answer.NOTHING for each in asked) >= max(1, len(asked))


def _title(framework: Framework) -> str:
    return f"{framework.benchmark} {framework.version}"


def _answer(requirement: Requirement, outcomes: Mapping[str, set[Outcome]]) -> Answer:
    if requirement.status is not Status.CONTROLS:
        return _OTHERS[requirement.status]
    found = {outcome for control in requirement.controls for outcome in outcomes.get(control, ())}
    return next((answer for outcome, answer in _ANSWERS.items() if outcome in found), Answer.NOTHING)


def _benchmark(number: int, framework: Framework, answers: Sequence[Answer]) -> Benchmark:
    counts = Counter(answers)
    rows = sorted(
        zip(framework.requirements, answers, strict=True), key=lambda each: list(Answer).index(each[1])
    )  # sorting is stable: within an answer the order of the benchmark stays
    return Benchmark(
        title=_title(framework),
        source=framework.source,
        left_out=framework.left_out,
        counts=tuple((answer, counts[answer], _TONES[answer]) for answer in Answer),
        requirements=Table(
            id=f"requirements-{number}",
            caption=f"Requirements of {_title(framework)}",
            columns=_COLUMNS,
            rows=[_row(requirement, answer) for requirement, answer in rows],
            page=12,
        ),
    )


def _row(requirement: Requirement, answer: Answer) -> tuple[Cell, ...]:
    told = Toned(answer, _TONES[answer])
    note = requirement.note or ""
    return (f"{requirement.id} {requirement.title}", told, "\n".join(requirement.controls), note)
