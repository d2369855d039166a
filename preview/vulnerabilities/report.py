"""The gate's report: for a person, and for a program."""

import json
from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .gate import Decision, Judged
from .model import Scan

MOST_ROWS = 200
"""Rows of the table for a person; the report for programs has all."""


def write(scan: Scan, judged: Sequence[Judged], console: Console) -> None:
    """Write what is not below the bar, the worst first, and the sum."""
    shown = [each for each in judged if each.decision is not Decision.BELOW]
    if shown:
        console.print(_table(shown[:MOST_ROWS]))
    if len(shown) > MOST_ROWS:
        console.print(f"and {len(shown) - MOST_ROWS} more; --format json has all")
    counted = Counter(each.decision for each in judged)
    if scan.denied_by_vex:
        console.print(f"not affected, says the file itself: {scan.denied_by_vex}")
    told = ", ".join(f"{counted[each]} {each}" for each in Decision if counted[each]) or "no known vulnerability"
    state = "denied" if any(each.decision.denies for each in judged) else "allowed"
    console.print(Text(f"{scan.subject or 'scan'}: {state} ({scan.scanner}; {told})"), soft_wrap=True)


def _table(shown: Sequence[Judged]) -> Table:
    table = Table("vulnerability", "severity", "package", "fixed in", "published", "gate", box=None, pad_edge=False)
    for each in shown:
        told = each.vulnerability
        accepted = f" by {each.accepted.owner} until {each.accepted.expires}" if each.accepted else ""
        cells = (
            told.id,
            told.severity.name.lower(),
            f"{told.package} {told.version}".strip(),
            told.fixed or "-",
            told.published.isoformat() if told.published else "not known",
            f"{each.decision}{accepted}",
        )
        # Text, so that nothing in a name is taken for markup.
        table.add_row(*(Text(cell) for cell in cells))
    return table


def render(scan: Scan, judged: Sequence[Judged]) -> str:
    """Return the report for a program."""
    document = {
        "schemaVersion": 1,
        "scanner": scan.scanner,
        "subject": scan.subject,
        "conclusion": "denied" if any(each.decision.denies for each in judged) else "allowed",
        "notAffected": scan.denied_by_vex,
        "vulnerabilities": [_entry(each) for each in judged],
    }
    return json.dumps(document, indent=2) + "\n"


def _entry(judged: Judged) -> dict[str, object]:
    told, accepted = judged.vulnerability, judged.accepted
    return {
        "id": told.id,
        "severity": told.severity.name.lower(),
        "package": told.package,
        "version": told.version,
        "fixed": told.fixed,
        "published": told.published.isoformat() if told.published else None,
        "decision": judged.decision,
        "accepted": accepted
        and {"owner": accepted.owner, "reason": accepted.reason, "expires": accepted.expires.isoformat()},
    }
