"""`python -m preview list` and `explain`: the catalogue of controls in the terminal."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from policies.model import Severity
from preview import completion, control_pages
from preview.control_pages import Area

_WHOLE_LINES = 400


def list_controls(
    severity: Annotated[Severity | None, typer.Option(help="Only those of this severity.")] = None,
    area: Annotated[Area | None, typer.Option(help="Only those that look at this.")] = None,
    framework: Annotated[
        str | None, typer.Option(help="Only those that answer it, by a part of its name: CIS.")
    ] = None,
) -> None:
    """List the controls: id, severity, enforcement, and what is true where each passes."""
    table = Table("control", "severity", "enforcement", "what is true where it passes", box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    controls = control_pages.matching(severity, area, framework)
    for control in controls:
        table.add_row(control.id, control.severity, control.enforcement, escape(control.title))
    # Not a terminal: whole lines, so that grep finds what it looks for.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WHOLE_LINES)
    console.print(table)
    console.print(f"{len(controls)} controls")


def explain(
    control: Annotated[str, typer.Argument(help="Id of a control.", autocompletion=completion.controls)],
) -> None:
    """Tell what a control checks, why, how to fix what it finds, and which benchmarks ask for it."""
    found = control_pages.find(control)
    console = Console(highlight=False)
    console.print(f"[bold]{found.id}[/]")
    for heading, lines in control_pages.explained(found):
        console.print(f"\n[bold]{heading}[/]")
        for line in lines:
            console.print(f"  {escape(line)}", soft_wrap=True)
