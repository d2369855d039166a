"""The words and signs of the page. A colour never stands alone: a sign and a word say the same."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from policies.model import Outcome, Verdict


class Tone(StrEnum):
    """How good something is; the style sheet has a colour for each, and the templates a sign."""

    GOOD = "good"
    BAD = "bad"
    DOUBT = "doubt"
    ACCEPTED = "accepted"
    QUIET = "quiet"


TONES = {
    Outcome.ERROR: Tone.BAD,
    Outcome.FAIL: Tone.BAD,
    Outcome.UNKNOWN: Tone.DOUBT,
    Outcome.EXISTING: Tone.ACCEPTED,
    Outcome.WAIVED: Tone.ACCEPTED,
    Outcome.PASS: Tone.GOOD,
    Outcome.NOT_APPLICABLE: Tone.QUIET,
}
"""Tone of each outcome, the worst first."""
TROUBLE = (Outcome.ERROR, Outcome.FAIL, Outcome.UNKNOWN, Outcome.EXISTING, Outcome.WAIVED)
_SOON = 30
"""Days from which an end is near."""


class Count(NamedTuple):
    """How often an outcome was given."""

    outcome: Outcome
    number: int
    tone: Tone


def counts(verdicts: Iterable[Verdict]) -> tuple[Count, ...]:
    """Return how often each outcome was given, the worst first, without those that were not."""
    found = Counter(verdict.outcome for verdict in verdicts)
    return tuple(Count(outcome, found[outcome], tone) for outcome, tone in TONES.items() if found[outcome])


class Share(NamedTuple):
    """A part of a bar that is 100 wide."""

    start: float
    width: float
    tone: Tone


def bar(parts: Sequence[Count]) -> tuple[Share, ...]:
    """Return the parts of a bar. What does not apply is no part of it, and what is there can be seen."""
    judged = [each for each in parts if each.outcome is not Outcome.NOT_APPLICABLE]
    widths = [max(each.number, sum(one.number for one in judged) / 50) for each in judged]
    shares: list[Share] = []
    for each, width in zip(judged, widths, strict=True):
        start = shares[-1].start + shares[-1].width if shares else 0.0
        shares.append(Share(round(start, 2), round(100 * width / sum(widths), 2), each.tone))
    return tuple(shares)


def days(date: datetime.date, today: datetime.date) -> str:
    """Return `in 3 days`, `today`, `3 days ago`."""
    left = (date - today).days
    if left == 0:
        return "today"
    text = f"{abs(left)} {'day' if abs(left) == 1 else 'days'}"
    return f"in {text}" if left > 0 else f"{text} ago"


def tone_of(date: datetime.date, today: datetime.date) -> Tone:
    """Return how near a day is on which something ends."""
    left = (date - today).days
    return Tone.BAD if left < 0 else Tone.DOUBT if left <= _SOON else Tone.QUIET
