"""What a scan found, whichever scanner wrote it."""

import datetime
from dataclasses import dataclass
from enum import IntEnum

_LONGEST = 200


class Severity(IntEnum):
    """How bad a vulnerability is; one that nobody rated may be the worst."""

    NEGLIGIBLE = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4
    UNKNOWN = 5


_NAMES = {
    **{each.name: each for each in Severity},
    "MODERATE": Severity.MEDIUM,
    "NONE": Severity.NEGLIGIBLE,
    "INFO": Severity.NEGLIGIBLE,
}


@dataclass(frozen=True, kw_only=True)
class Vulnerability:
    """A known vulnerability in a package of what was scanned."""

    id: str
    """Such as CVE-2026-0001."""
    package: str
    version: str
    """Version that is installed; empty where the scanner doesn't say."""
    severity: Severity
    fixed: str
    """Versions that have it no more; empty where there is none."""
    published: datetime.date | None
    """Day on which it became known; None where the scanner doesn't say."""

    @property
    def order(self) -> tuple[int, str, str]:
        """What lists are sorted by: the worst first."""
        return (-self.severity, self.id, self.package)


@dataclass(frozen=True, kw_only=True)
class Scan:
    """A result of a scan."""

    scanner: str
    """Format that it was read as."""
    subject: str
    """What was scanned, as the scanner names it."""
    vulnerabilities: tuple[Vulnerability, ...]
    denied_by_vex: int = 0
    """Vulnerabilities that the file itself says do not affect the subject."""


def severity(text: object) -> Severity:
    """Return a severity by its name in any scanner; what is no name is UNKNOWN."""
    return _NAMES.get(text.upper(), Severity.UNKNOWN) if isinstance(text, str) else Severity.UNKNOWN


def day(text: object) -> datetime.date | None:
    """Return the day of an ISO time; None where it is none."""
    try:
        return datetime.date.fromisoformat(text[:10]) if isinstance(text, str) else None
    except ValueError:
        return None


def plain(value: object) -> str:
    """Return a text of the file as it may be printed: one line without control characters, of limited length."""
    if not isinstance(value, str):
        return ""
    return "".join(each if each.isprintable() else "?" for each in value[:_LONGEST])
