"""The other side of a change: the project at another revision, asked in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from .snapshot import Request, Snapshot, Snapshots

_SIDE = Path("preview") / "change" / "side.py"


class NotComparableError(Exception):
    """The other side can't say what it is; the message says why."""


class Answer:
    """The process of the other side; its answer goes to a file, so that neither process waits for the other."""

    def __init__(self, process: subprocess.Popen[str], answer: Path, told: Path) -> None:
        self._process = process
        self._answer = answer
        self._told = told

    def snapshots(self) -> tuple[Snapshot, ...]:
        """Wait for the answer and return it; raises `NotComparableError` where there is none that can be read."""
        if self._process.wait() != 0:
            told = self._told.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise NotComparableError(f"it can't be previewed: {told[-1] if told else 'it said nothing'}")
        try:
            return Snapshots.model_validate_json(self._answer.read_text(encoding="utf-8")).snapshots
        except ValidationError:
            raise NotComparableError("it describes itself in a form that this revision doesn't read") from None


class Nothing:
    """The other side where it has none of the stacks, or can't be asked."""

    def __init__(self, problem: str | None = None) -> None:
        self._problem = problem

    def snapshots(self) -> tuple[Snapshot, ...]:
        if self._problem:
            raise NotComparableError(self._problem)
        return ()


@contextmanager
def asked(folder: Path, request: Request) -> Generator[Answer | Nothing]:
    """Yield the answer of the project in a folder; its process does not outlive the block."""
    if not request.stacks:
        yield Nothing()
        return
    if not (folder / _SIDE).exists():
        yield Nothing("it is older than the comparison of revisions")
        return
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
        yield Answer(process, answer, told)
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
