"""Where a report goes: to the terminal, or whole into a file."""

import io
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TextIO, cast

from components.errors import UserError

from .formats import Layout

_WIDTHS = (40, 200)
"""Narrowest and widest that a report is laid out for."""
_ODD = "backslashreplace"
"""How a character is written that the encoding doesn't have, such as half a surrogate pair in a name."""


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

    What is no file, such as a pipe or a device, is written to. A reader of standard output that goes away has what it
    wanted: that is no error, and the verdict stays what it is. Raises `UserError` where the report can't be written.
    """
    if output is None:
        _print(report)
        return
    try:
        # Asked before the links are followed: that of a pipe, as /dev/stdout is one, leads to no path.
        if output.exists() and not output.is_file():
            output.write_text(report, encoding="utf-8", errors=_ODD)
        else:
            _replace(output.resolve(), report)
    except OSError as error:
        raise UserError(f"the report can't be written to {output}: {error.strerror}") from None


def _print(report: str) -> None:
    """Write to standard output: UTF-8 as in files, but to a terminal what it can show."""
    stream = cast("TextIO | None", sys.stdout)  # none where it was closed before the start
    if stream is None:
        raise UserError("the report can't be written: there is no standard output")
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors=_ODD, encoding=None if stream.isatty() else "utf-8")
    try:
        stream.write(report)
        stream.flush()
    except OSError as error:
        # What is left in the buffer would be tried again at the end of the process, and end it with a code of its own.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            raise UserError(f"the report can't be written to standard output: {error.strerror}") from None


def _replace(target: Path, report: str) -> None:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", errors=_ODD, dir=target.parent, delete=False) as part:
        try:
            part.write(report)
            part.flush()
            Path(part.name).chmod(0o644)
            Path(part.name).replace(target)
        except BaseException:  # Ctrl-C as well
            Path(part.name).unlink(missing_ok=True)
            raise
