"""`python -m preview audit`: the verdict on what runs in a cluster."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from components.errors import UserError
from components.existing.kubeconfig import IN_CLUSTER
from policies import clock, waivers
from policies.control_file import NEWEST
from policies.environment import environment_of
from preview import audit, output
from preview import kube_bench as node_results
from preview.formats import text


class AuditFormat(StrEnum):
    """Formats that tell what an audit could not see as well."""

    TEXT = "text"
    JSON = "json"


def run_audit(
    kubeconfig: Annotated[Path | None, typer.Option(help="Kubeconfig of the cluster.")] = None,
    stack: Annotated[str | None, typer.Option(help="Stack whose lists and Kubernetes minor hold.")] = None,
    parameter: Annotated[list[str] | None, typer.Option(help="A list instead of the stack's: NAME=ITEM,ITEM.")] = None,
    kubernetes: Annotated[str | None, typer.Option(help="Kubernetes minor instead of the stack's: 1.36.")] = None,
    context: Annotated[str | None, typer.Option(help="Context to use instead of the current one.")] = None,
    kube_bench: Annotated[
        list[Path] | None, typer.Option(help="Result of kube-bench run --json on a node; the file is named after it.")
    ] = None,
    format_: Annotated[AuditFormat, typer.Option("--format", help="Format of the report.")] = AuditFormat.TEXT,
    file: Annotated[Path | None, typer.Option("--output", help="File to write the report to.")] = None,
    *,
    in_cluster: Annotated[bool, typer.Option("--in-cluster", help="Use the pod's service account instead.")] = False,
    include_system: Annotated[bool, typer.Option("--include-system", help="Judge Kubernetes itself as well.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Deny what could not be judged as well.")] = False,
) -> None:
    """Judge what runs in a cluster. Exit code 0 clean, 1 findings or not all could be read, 2 bad input, 3 our bug."""
    if (kubeconfig is None) is not in_cluster:
        raise UserError("give one of --kubeconfig FILE and --in-cluster")
    told = environment_of(stack) if stack else None
    parameters = audit.parameters_of(parameter or [], told.lists if told else None)
    minor = audit.minor_of(kubernetes) if kubernetes else told.minor if told else NEWEST
    nodes = node_results.read(kube_bench or [])
    server, get = audit.connect(IN_CLUSTER if kubeconfig is None else read_kubeconfig(kubeconfig), context)
    today = clock.today()
    accepted = waivers.load(waivers.FILE, today)
    found = audit.run(
        server,
        get,
        parameters,
        accepted,
        today,
        beside=nodes,
        minor=minor,
        include_system=include_system,
        strict=strict,
    )
    if format_ is AuditFormat.JSON:
        report = audit.render(found)
    else:
        report = text.printed(lambda console: audit.write(found, console), output.layout(file))
    output.publish(report, file)
    raise typer.Exit(found.result.exit_code)


def read_kubeconfig(kubeconfig: Path) -> str:
    """Return a kubeconfig's text; raises `UserError` where it can't be read."""
    try:
        return kubeconfig.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", "it is no text")
        raise UserError(f"the kubeconfig {kubeconfig} can't be read: {reason}") from None
