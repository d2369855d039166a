"""Preview environments, and compare them with what they were in another revision of the project."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from components import stack_file
from preview import ROOT, environments
from preview.result import StackResult

from . import compare, git, side, worktree
from .model import Change
from .snapshot import Request, Snapshot, Snapshots

_SIDE = Path("preview") / "change" / "side.py"


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Results, and why they could not be compared, where they could not."""

    results: list[StackResult]
    problem: str | None


class _NotComparableError(Exception):
    """The other revision can't say what it was."""


def preview(names: Sequence[str], ref: str, *, strict: bool, together: bool, root: Path = ROOT) -> Compared:
    """Return the result of each stack as the work tree is, uncommitted edits included, with what differs.

    The other side is the merge base of the revision and HEAD, in a worktree and a process of its own, which run
    beside this one. Raises `UserError` where there is no such revision or nothing to preview.
    """
    revision = git.revision(root, ref)
    change = Change(ref=ref, commit=revision.commit)
    with worktree.checked_out(revision) as folder:
        here, there = stack_file.names(root / "stacks"), stack_file.names(folder / "stacks")
        # A stack that is on neither side is left to this one, which says so.
        wanted = [name for name in dict.fromkeys(names or here) if name in here or name not in there]
        before = [name for name in (dict.fromkeys(names) if names else there) if name in there]
        request = Request(stacks=tuple(before), strict=strict, together=together, key=secrets.token_hex(32))
        with _asked(folder, request) as answer:
            only_removed = bool(names) and not wanted
            results = [] if only_removed else environments.preview(wanted, strict=strict, together=together)
            try:
                old = answer.snapshots()
            except _NotComparableError as error:
                problem = f"there is no comparison with {ref} ({revision.commit[:10]}): {error}"
                missing = replace(change, problem=problem)
                return Compared(results=[replace(each, change=missing) for each in results], problem=problem)
    request = request.model_copy(update={"stacks": tuple(wanted)})
    return Compared(results=_compared(old, results, request, change), problem=None)


def _compared(
    before: Sequence[Snapshot], results: Sequence[StackResult], request: Request, change: Change
) -> list[StackResult]:
    after = side.snapshots(results, request)
    if request.together and before:
        if len(before) == len(after) == 1:
            return [compare.compared(before[0], after[0], results[0], change)]
        apart = replace(change, problem="one side can't be read as one environment, so there is nothing to compare")
        return [replace(each, change=apart) for each in results]
    old = {each.name: each for each in before}
    compared = [
        compare.compared(old.pop(result.name, None), snapshot, result, change)
        for result, snapshot in zip(results, after, strict=True)
    ]
    return [*compared, *(compare.removed(each, change) for each in old.values())]


class _Answer:
    """The process of the other side; its answer goes to a file, so that neither process waits for the other."""

    def __init__(self, process: subprocess.Popen[str], answer: Path, told: Path) -> None:
        self._process = process
        self._answer = answer
        self._told = told

    def snapshots(self) -> tuple[Snapshot, ...]:
        """Wait for the answer and return it; raises `_NotComparableError` where there is none that can be read."""
        if self._process.wait() != 0:
            told = self._told.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise _NotComparableError(f"it can't be previewed: {told[-1] if told else 'it said nothing'}")
        try:
            return Snapshots.model_validate_json(self._answer.read_text(encoding="utf-8")).snapshots
        except ValidationError:
            raise _NotComparableError("it describes itself in a form that this revision doesn't read") from None


class _Nothing:
    """The other side where it has none of the stacks, or can't be asked."""

    def __init__(self, problem: str | None = None) -> None:
        self._problem = problem

    def snapshots(self) -> tuple[Snapshot, ...]:
        if self._problem:
            raise _NotComparableError(self._problem)
        return ()


@contextmanager
def _asked(folder: Path, request: Request) -> Generator[_Answer | _Nothing]:
    """Yield the answer of the project in a folder; its process does not outlive the block."""
    if not request.stacks:
        yield _Nothing()
        return
    if not (folder / _SIDE).exists():
        yield _Nothing("it is older than the comparison of revisions")
        return
    answer, told = folder / ".preview-answer", folder / ".preview-told"
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONSAFEPATH")}
    with answer.open("w") as out, told.open("w") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "preview.change.side"],
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
        yield _Answer(process, answer, told)
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
