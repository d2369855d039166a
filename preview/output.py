"""Where a report goes: to the terminal, or whole into a file."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from components.errors import UserError

from .formats import Layout

_WIDTHS = (40, 200)
"""Narrowest and widest that a report is laid out for."""


def layout(output: Path | None, *, quiet: bool = False) -> Layout:
    """Return how a report looks where it goes."""
    if output is not None or not sys.stdout.isatty():
        return Layout(quiet=quiet)
    narrowest, widest = _WIDTHS
    columns = shutil.get_terminal_size().columns
    return Layout(
        width=min(max(columns, narrowest), widest),
        whole_lines=False,
        colour=not os.environ.get("NO_COLOR"),  # set and not empty: https://no-color.org
        quiet=quiet,
    )


def publish(report: str, output: Path | None) -> None:
    """Print the report, or put it in place whole: a half-written file never has the final name.

    Raises `UserError` where the file can't be written.
    """
    if output is None:
        sys.stdout.write(report)
        return
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=output.parent, delete=False) as part:
            part.write(report)
        Path(part.name).chmod(0o644)
        Path(part.name).replace(output)
    except OSError as error:
        raise UserError(f"the report can't be written to {output}: {error.strerror}") from None
