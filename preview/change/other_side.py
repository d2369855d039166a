"""The other side of a change: the project at another revision, asked in a process of its own."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from pydantic import ValidationError

from .snapshot import Request, Snapshot, Snapshots

_SIDE = Path("preview") / "change" / "side.py"


Answer = Callable[[], tuple[Snapshot, ...]]
"""Waits for the answer and returns it; raises `NotComparableError` where there is none that can be read."""


class NotComparableError(Exception):
    """The other side can't say what it is; the message says why."""


@contextmanager
def asked(folder: Path, request: Request) -> Generator[Answer]:
    """Yield the answer of the project in a folder; its process does not outlive the block."""
    if not request.stacks:
        yield tuple
        return
    if not (folder / _SIDE).exists():
        yield functools.partial(_refuse, "it is older than the comparison of revisions")
        return
    # Files, so that neither process waits for the other to read.
    answer, told = folder / ".preview-answer", folder / ".preview-told"
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONSAFEPATH")}
    with answer.open("w") as out, told.open("w") as err:
        process = subprocess.Popen(
            [sys.executable, "-B", "-m", "preview.change.side"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=err,
            text=True,
            start_new_session=True,
        )
    try:
        _tell(process, request)
        yield functools.partial(_read, process, answer, told)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _tell(process: subprocess.Popen[str], request: Request) -> None:
    if process.stdin is None:
        return
    try:
        with process.stdin as given:
            given.write(request.model_dump_json())
    except BrokenPipeError:
        return  # it has ended already; what it said tells why


def _read(process: subprocess.Popen[str], answer: Path, told: Path) -> tuple[Snapshot, ...]:
    if process.wait() != 0:
        lines = told.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        _refuse(f"it can't be previewed: {lines[-1] if lines else 'it said nothing'}")
    try:
        return Snapshots.model_validate_json(answer.read_text(encoding="utf-8")).snapshots
    except ValidationError:
        raise NotComparableError("it describes itself in a form that this revision doesn't read") from None


def _refuse(why: str) -> NoReturn:
    raise NotComparableError(why)
