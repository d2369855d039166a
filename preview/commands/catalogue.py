"""`python -m preview list` and `explain`: the catalogue of controls in the terminal."""

import io
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from policies.model import Severity
from preview import completion, control_pages, output
from preview.control_pages import Area

_WHOLE_LINES = 400
"""Columns where it is not a terminal: grep finds what it looks for in one line."""

_WHOLE_IDS = 80
"""From how many columns on an id stays on one line; fewer leave the text beside it no room."""


@contextmanager
def _shown() -> Generator[Console]:
    """Yield a console whose text is printed at the end, as every report is."""
    layout, text = output.layout(None), io.StringIO()
    yield Console(
        file=text,
        force_terminal=layout.colour,
        no_color=not layout.colour,
        width=_WHOLE_LINES if layout.whole_lines else layout.width,
        highlight=False,
        emoji=False,
    )
    output.publish(text.getvalue(), None)


def list_controls(
    severity: Annotated[Severity | None, typer.Option(help="Only those of this severity.")] = None,
    area: Annotated[Area | None, typer.Option(help="Only those that look at this.")] = None,
    framework: Annotated[
        str | None, typer.Option(help="Only those that answer it, by a part of its name: CIS.")
    ] = None,
) -> None:
    """List the controls: id, severity, enforcement, and what is true where each passes."""
    table = Table("control", "severity", "enforcement", "what is true where it passes", box=None, pad_edge=False)
    controls = control_pages.matching(severity, area, framework)
    for control in controls:
        table.add_row(control.id, control.severity, control.enforcement, escape(control.title))
    with _shown() as console:
        table.columns[0].no_wrap = console.width >= _WHOLE_IDS
        for column in table.columns:
            column.overflow = "fold"
        console.print(table)
        console.print(f"{len(controls)} controls")


def explain(
    control: Annotated[str, typer.Argument(help="Id of a control.", autocompletion=completion.controls)],
) -> None:
    """Tell what a control checks, why, how to fix what it finds, and which benchmarks ask for it."""
    found = control_pages.find(control)
    with _shown() as console:
        console.print(f"[bold]{found.id}[/]")
        for heading, lines in control_pages.explained(found):
            console.print(f"\n[bold]{heading}[/]")
            for line in lines:
                console.print(f"  {escape(line)}", soft_wrap=True)
