"""`python -m preview rehearse`: which workloads of a running cluster would stop an upgrade."""

from pathlib import Path
from typing import Annotated

import typer

from preview import audit, cluster_objects, output, rehearsal
from preview.commands.audit import AuditFormat, read_kubeconfig
from preview.exit_code import ExitCode
from preview.rehearsal import Effect, obstacles, report


def rehearse(
    kubeconfig: Annotated[Path, typer.Option(help="Kubeconfig of the cluster; lists of pods and budgets are read.")],
    context: Annotated[str | None, typer.Option(help="Context to use instead of the current one.")] = None,
    format_: Annotated[AuditFormat, typer.Option("--format", help="Format of the report.")] = AuditFormat.TEXT,
    file: Annotated[Path | None, typer.Option("--output", help="File to write the report to.")] = None,
) -> None:
    """Say which workloads would stop an upgrade. Exit code 0 none, 1 some or not all could be read, 2 bad input."""
    _, get = audit.connect(read_kubeconfig(kubeconfig), context)
    snapshot = cluster_objects.read(get, obstacles.TYPES)
    found = rehearsal.of(snapshot.resources)
    unread = {cluster_objects.group_kind(type_): reason for type_, reason in snapshot.unread.items()}
    as_text = "".join(f"{line}\n" for line in report.lines(found, unread))
    output.publish(report.as_json(found, unread) if format_ is AuditFormat.JSON else as_text, file)
    stopped = bool(unread) or any(each.reason.effect is Effect.STOPS for each in found)
    raise typer.Exit(ExitCode.DENIED if stopped else ExitCode.ALLOWED)
