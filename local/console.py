"""What the local commands say: one line for each step, and signs of life for anything slow.

In a terminal a slow step has a spinner and a clock; elsewhere (CI, a pipe) it prints a line every
15 seconds, so that logs stay short and nobody takes a build for a hang.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

QUIET_INTERVAL = 15.0
"""Seconds between two lines of a slow step where there is no terminal."""

_stdout = Console(highlight=False, soft_wrap=True)
_stderr = Console(highlight=False, soft_wrap=True, stderr=True)


def step(text: str) -> None:
    """Print one line that says what was done or is about to be done."""
    _stdout.print(text, markup=False)


def error(text: str) -> None:
    """Print an error (one to three lines) to standard error."""
    _stderr.print(f"error: {text}", markup=False, style="red")


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """Show that `what` is going on; yields a function that takes the latest detail.

    Prints one line with the seconds taken at the end, and nothing when the block raises.
    """
    started = time.monotonic()
    with _in_terminal(what) if _stdout.is_terminal else _in_log(what) as update:
        yield update
    step(f"{what}: done in {time.monotonic() - started:.0f} s")


@contextmanager
def _in_terminal(what: str) -> Iterator[Callable[[str], None]]:
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=_stdout, transient=True) as bar:
        task = bar.add_task(what)

        def update(detail: str) -> None:
            bar.update(task, description=f"{what}: {detail}")

        yield update


@contextmanager
def _in_log(what: str) -> Iterator[Callable[[str], None]]:
    started = time.monotonic()
    finished = threading.Event()
    latest = ["still running"]

    def report() -> None:
        while not finished.wait(QUIET_INTERVAL):
            step(f"{what}: {latest[0]}, {time.monotonic() - started:.0f} s")

    def update(detail: str) -> None:
        latest[0] = detail

    reporter = threading.Thread(target=report, daemon=True)
    reporter.start()
    try:
        yield update
    finally:
        finished.set()
        reporter.join()
