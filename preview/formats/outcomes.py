"""Verdicts by the number."""

from collections import Counter
from collections.abc import Iterable

from policies.model import Outcome, Verdict


def numbers(verdicts: Iterable[Verdict]) -> str:
    """Return how many verdicts have each outcome: `179 pass, 12 not-applicable`."""
    counts = Counter(verdict.outcome for verdict in verdicts)
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome]) or "no verdict"
