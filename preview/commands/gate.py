"""`python -m preview gate FILE`: whether an image may be delivered, by what a scan of it found."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from policies import clock
from preview import output
from preview.exit_code import ExitCode
from preview.formats import text
from preview.vulnerabilities import accepted, readers, report
from preview.vulnerabilities.gate import Rules, Unfixed, judge
from preview.vulnerabilities.model import Severity


class Least(StrEnum):
    """The least severity that denies."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class GateFormat(StrEnum):
    """Formats of the gate's report."""

    TEXT = "text"
    JSON = "json"


def run_gate(
    scan: Annotated[Path, typer.Argument(help="Result of a scan: Trivy or Grype JSON, CycloneDX, SARIF.")],
    severity: Annotated[Least, typer.Option(help="The least severity that denies.")] = Least.HIGH,
    grace: Annotated[int, typer.Option(min=0, max=90, help="Days after its publication in which one warns.")] = 0,
    unfixed: Annotated[Unfixed, typer.Option(help="What one without a fix does.")] = Unfixed.DENY,
    accepted_file: Annotated[
        Path, typer.Option("--accepted", help="File of accepted vulnerabilities.")
    ] = accepted.FILE,
    format_: Annotated[GateFormat, typer.Option("--format", help="Format of the report.")] = GateFormat.TEXT,
    file: Annotated[Path | None, typer.Option("--output", help="File to write the report to.")] = None,
) -> None:
    """Judge what a scan found. Exit code 0 allowed, 1 denied, 2 bad input, 3 our bug."""
    today = clock.today()
    found = readers.read(scan)
    rules = Rules(severity=Severity[severity.name], grace_days=grace, unfixed=unfixed)
    judged = judge(found, rules, accepted.load(accepted_file, today), today)
    if format_ is GateFormat.JSON:
        told = report.render(found, judged)
    else:
        told = text.printed(lambda console: report.write(found, judged, console), output.layout(file))
    output.publish(told, file)
    denied = any(each.decision.denies for each in judged)
    raise typer.Exit(ExitCode.DENIED if denied else ExitCode.ALLOWED)
