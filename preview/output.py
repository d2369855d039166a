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

    What is no file, such as a pipe or a device, is written to. Raises `UserError` where the report can't be written.
    """
    if output is None:
        sys.stdout.write(report)
        return
    try:
        target = output.resolve()
        if target.exists() and not target.is_file():
            target.write_text(report, encoding="utf-8")
        else:
            _replace(target, report)
    except OSError as error:
        raise UserError(f"the report can't be written to {output}: {error.strerror}") from None


def _replace(target: Path, report: str) -> None:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, delete=False) as part:
        try:
            part.write(report)
            part.flush()
            Path(part.name).chmod(0o644)
            Path(part.name).replace(target)
        except OSError:
            Path(part.name).unlink(missing_ok=True)
            raise
