"""What the top of the page says: each environment in a few figures, and all of them in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from policies.model import Outcome
from preview.change.model import Change, Presence
from preview.change.summary import line as summary_of
from preview.exit_code import ExitCode
from preview.plain_text import counted
from preview.result import StackResult

from . import changes, words
from .words import Count, Share, Tone


class Fact(NamedTuple):
    """A figure with what it counts."""

    number: int
    label: str
    tone: Tone
    """QUIET for a count of zero: there is nothing to look at."""


class _Kind(NamedTuple):
    one: str
    more: str
    tone: Tone


_FACTS = (
    _Kind("finding that denies", "findings that deny", Tone.BAD),
    _Kind("not known yet", "not known yet", Tone.DOUBT),
    _Kind("accepted risk", "accepted risks", Tone.ACCEPTED),
    _Kind("surprise in the network", "surprises in the network", Tone.BAD),
    _Kind("way in from outside", "ways in from outside", Tone.DOUBT),
    _Kind("subject with dangerous rights", "subjects with dangerous rights", Tone.DOUBT),
)


@dataclass(frozen=True, kw_only=True)
class Card:
    """One environment."""

    name: str
    verdict: str
    tone: Tone
    error: str | None
    removed: bool
    strict: bool
    resources: int
    counts: tuple[Count, ...]
    bar: tuple[Share, ...]
    facts: tuple[Fact, ...]
    change: str | None
    """What differs from another revision, in figures."""
    change_id: str
    """Where the page tells all of it."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """All environments."""

    headline: str
    tone: Tone
    cards: tuple[Card, ...]
    facts: tuple[Fact, ...]
    """Sums over the environments."""


def summary(results: Sequence[StackResult]) -> Summary:
    """Return the summary; an environment that could not be previewed is never counted as allowed."""
    counts = [_counts(result) for result in results]
    return Summary(
        headline=_headline(results),
        tone=Tone.GOOD if results and all(each.exit_code is ExitCode.ALLOWED for each in results) else Tone.BAD,
        cards=tuple(
            _card(number, result, _facts(own))
            for number, (result, own) in enumerate(zip(results, counts, strict=True), 1)
        ),
        facts=_facts([sum(same) for same in zip(*counts, strict=True)]) if counts else (),
    )


def _headline(results: Sequence[StackResult]) -> str:
    denied = sum(each.exit_code is ExitCode.DENIED for each in results)
    unseen = sum(each.error is not None for each in results)
    removed = sum(map(_is_removed, results))
    allowed = len(results) - denied - unseen - removed
    if not results:
        return "Nothing was previewed."
    if allowed == len(results):
        whole = {1: "The environment is", 2: "Both environments are"}.get(allowed, f"All {allowed} environments are")
        return f"{whole} allowed."
    told = [
        f"{counted(denied, 'environment')} {_are(denied)} denied" if denied else "",
        f"{counted(unseen, 'environment')} could not be previewed" if unseen else "",
        f"{allowed} {_are(allowed)} allowed" if allowed else "",
        f"{removed} {_are(removed)} removed" if removed else "",
    ]
    return f"{', '.join(filter(None, told))}."


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _card(number: int, result: StackResult, facts: tuple[Fact, ...]) -> Card:
    counts = words.counts(result.report.verdicts)
    verdict, tone = _verdict(result)
    return Card(
        name=result.name,
        verdict=verdict,
        tone=tone,
        error=result.error,
        removed=_is_removed(result),
        strict=result.strict,
        resources=len(result.resources),
        counts=counts,
        bar=words.bar(counts),
        facts=facts,
        change=None if result.change is None else _change(result.change),
        change_id=changes.id_of(number),
    )


def _change(change: Change) -> str:
    compared = f"Compared with {change.ref} ({change.commit[:12]})"
    if change.problem is not None:
        return f"{compared}: {change.problem}"
    if change.presence in (Presence.REMOVED, Presence.BROKEN, Presence.BROKEN_BEFORE):
        return f"{compared}: {summary_of(change)}."
    figures = (
        counted(len(change.resources), "resource changes", "resources change"),
        counted(len(change.worse), "verdict is worse", "verdicts are worse"),
        counted(len(change.better), "is better", "are better"),
        counted(len(change.opened), "way opens", "ways open"),
        counted(len(change.gained), "right is gained", "rights are gained"),
    )
    return f"{compared}: {', '.join(figures)}."


def _is_removed(result: StackResult) -> bool:
    return result.change is not None and result.change.presence is Presence.REMOVED


def _verdict(result: StackResult) -> tuple[str, Tone]:
    if result.error is not None:
        return "not previewed", Tone.BAD
    if _is_removed(result):
        return "removed", Tone.QUIET
    return ("allowed", Tone.GOOD) if result.exit_code is ExitCode.ALLOWED else ("denied", Tone.BAD)


def _counts(result: StackResult) -> tuple[int, ...]:
    """Return a count for each of `_FACTS`."""
    verdicts, reachability, permissions = result.report.verdicts, result.reachability, result.permissions
    problems = len(result.report.waiver_problems) + len(result.report.baseline_problems)
    return (
        sum(verdict.denies(strict=result.strict) for verdict in verdicts) + problems,
        sum(verdict.outcome is Outcome.UNKNOWN for verdict in verdicts),
        len(result.waivers),
        len(reachability.surprises) if reachability else 0,
        sum(not each.closed for each in reachability.exposures) if reachability else 0,
        len({each.subject for each in permissions.holdings if each.dangers}) if permissions else 0,
    )


def _facts(counts: Sequence[int]) -> tuple[Fact, ...]:
    return tuple(
        Fact(count, kind.one if count == 1 else kind.more, kind.tone if count else Tone.QUIET)
        for count, kind in zip(counts, _FACTS, strict=True)
    )
