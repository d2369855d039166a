"""Read `stacks/vulnerabilities.yaml`: the vulnerabilities that somebody accepted, with an owner and an end."""

import datetime
import fnmatch
from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from components.model import Owner, Settings
from policies import stacks_file
from policies.model import LONGEST_WAIVER

from .model import Vulnerability

FILE = stacks_file.STACKS / "vulnerabilities.yaml"


class AcceptedVulnerability(Settings):
    """A vulnerability that somebody accepted."""

    id: str = Field(min_length=3, pattern=r"^[A-Za-z0-9_.:-]+$")
    """Its id, whole: CVE-2026-0001. There are no patterns: what is not known yet can't be accepted."""
    package: str = Field(min_length=1)
    """Name or pattern (`*`) of the package that has it."""
    image: str = Field(min_length=1)
    """Name or pattern (`*`) of what was scanned."""
    reason: str = Field(min_length=20, max_length=500)
    """Why it is accepted; 20 to 500 characters."""
    owner: Owner
    """Who answers for the risk."""
    expires: datetime.date
    """Last day (UTC), at most 180 days ahead."""

    def covers(self, vulnerability: Vulnerability, subject: str) -> bool:
        """Return whether it is about this vulnerability of this subject."""
        return (
            vulnerability.id == self.id
            and fnmatch.fnmatchcase(vulnerability.package, self.package)
            and fnmatch.fnmatchcase(subject, self.image)
        )


class AcceptedFile(Settings):
    """The file `stacks/vulnerabilities.yaml`."""

    vulnerabilities: tuple[AcceptedVulnerability, ...]
    """Accepted vulnerabilities; an empty list where there is none."""


def load(file: Path, today: datetime.date) -> tuple[AcceptedVulnerability, ...]:
    """Return what is accepted; an absent file accepts nothing.

    Raises `UserError` with everything that is wrong. An end that has passed is no error: it accepts nothing more.
    """
    if not file.exists():
        return ()
    entries = stacks_file.read(file, AcceptedFile, "vulnerabilities").vulnerabilities
    stacks_file.refuse(file, _problems(entries, today + LONGEST_WAIVER))
    return entries


def _problems(entries: Sequence[AcceptedVulnerability], latest: datetime.date) -> list[str]:
    return [
        f"vulnerabilities[{index}].expires: {entry.expires} is more than 180 days ahead; {latest} is the latest day"
        for index, entry in enumerate(entries)
        if entry.expires > latest
    ]
