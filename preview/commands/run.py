"""`python -m preview STACK...`: the verdict on stacks."""

from pathlib import Path
from typing import Annotated

import typer

from preview import environments, output
from preview.exit_code import ExitCode
from preview.formats import Format, render


def run(
    stacks: Annotated[list[str] | None, typer.Argument(help="Stacks to preview; all by default.")] = None,
    format_: Annotated[Format, typer.Option("--format", help="Format of the report.")] = Format.TEXT,
    file: Annotated[Path | None, typer.Option("--output", help="File to write the report to.")] = None,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Deny what is not known yet as well (for CI).")] = False,
    together: Annotated[bool, typer.Option("--together", help="Read the stacks as one environment.")] = False,
) -> None:
    """Preview stacks: resources, verdicts, waivers. Exit code 0 allowed, 1 denied, 2 bad input, 3 our bug."""
    results = environments.preview(stacks or [], strict=strict, together=together)
    output.publish(render(format_, results, output.layout(file)), file)
    raise typer.Exit(max((result.exit_code for result in results), default=ExitCode.ALLOWED))
