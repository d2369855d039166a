"""Judge what a scan found: by severity, age and whether there is a fix."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .accepted import AcceptedVulnerability
from .model import Scan, Severity, Vulnerability


class Unfixed(StrEnum):
    """What a vulnerability without a fix does."""

    DENY = "deny"
    """Denies, as every other: another base image, or an accepted risk with an end, is the way out."""
    WARN = "warn"
    """Is listed only."""


class Decision(StrEnum):
    """What the gate does with a vulnerability."""

    DENIED = "denied"
    EXPIRED = "acceptance expired"
    """Denied, since the day until which somebody accepted it has passed."""
    ACCEPTED = "accepted"
    NEW = "new"
    """Known for so few days that it only warns."""
    UNFIXED = "no fix"
    """Has no fix, and only warns."""
    BELOW = "below"
    """Less severe than what denies."""

    @property
    def denies(self) -> bool:
        """Whether the gate stays closed."""
        return self in (Decision.DENIED, Decision.EXPIRED)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What denies."""

    severity: Severity = Severity.HIGH
    """The least severity that denies; one that nobody rated always does."""
    grace_days: int = 0
    """Days since its publication in which a vulnerability only warns; one of an unknown day has none."""
    unfixed: Unfixed = Unfixed.DENY


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A vulnerability and what the gate does with it."""

    vulnerability: Vulnerability
    decision: Decision
    accepted: AcceptedVulnerability | None = None
    """Who accepted it, where somebody did."""


def judge(
    scan: Scan, rules: Rules, accepted: Sequence[AcceptedVulnerability], today: datetime.date
) -> tuple[Judged, ...]:
    """Return every vulnerability of a scan with what the gate does, the worst first."""
    found = sorted(set(scan.vulnerabilities), key=lambda each: each.order)
    return tuple(_judged(each, scan.subject, rules, accepted, today) for each in found)


def _judged(
    vulnerability: Vulnerability,
    subject: str,
    rules: Rules,
    accepted: Sequence[AcceptedVulnerability],
    today: datetime.date,
) -> Judged:
    if vulnerability.severity < rules.severity:
        return Judged(vulnerability=vulnerability, decision=Decision.BELOW)
    if rules.unfixed is Unfixed.WARN and not vulnerability.fixed:
        return Judged(vulnerability=vulnerability, decision=Decision.UNFIXED)
    if _is_new(vulnerability.published, rules.grace_days, today):
        return Judged(vulnerability=vulnerability, decision=Decision.NEW)
    entry = next(_entries(vulnerability, subject, accepted), None)
    if entry is None:
        return Judged(vulnerability=vulnerability, decision=Decision.DENIED)
    decision = Decision.EXPIRED if today > entry.expires else Decision.ACCEPTED
    return Judged(vulnerability=vulnerability, decision=decision, accepted=entry)


def _is_new(published: datetime.date | None, grace_days: int, today: datetime.date) -> bool:
    """Return whether the days of grace last; a day that has not come yet is none on which anything was published."""
    return published is not None and published <= today and (today - published) < datetime.timedelta(days=grace_days)


def _entries(
    vulnerability: Vulnerability, subject: str, accepted: Sequence[AcceptedVulnerability]
) -> Iterator[AcceptedVulnerability]:
    """Yield the entries that are about it, the one that lasts longest first."""
    yield from sorted(
        (each for each in accepted if each.covers(vulnerability, subject)), key=lambda each: each.expires, reverse=True
    )
