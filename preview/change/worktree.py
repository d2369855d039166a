"""A revision of the project in a folder of its own, for as long as it is needed."""

from __future__ import annotations

import fcntl
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from components.errors import UserError

from . import git
from .git import Revision

_PREFIX = "secure-clusters-preview-"
_LOCK = "lock"
_FORCE = ("--force", "--force")
"""Once for changed files, once for a worktree that was being made when its maker was killed."""


@contextmanager
def checked_out(revision: Revision) -> Generator[Path]:
    """Yield the project's folder at the revision; it is gone at the end, whatever the end is.

    What a killed preview left behind is removed first: the kernel has released its lock. Raises `UserError` where
    git can't make the worktree.
    """
    remove_leftovers(revision.repository)
    # The path is resolved because git names it so in its own list.
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX)).resolve()
    tree = folder / folder.name
    with (folder / _LOCK).open("w") as lock, _ended_by_signals():
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            made = git.run(revision.repository, "worktree", "add", "--detach", "--quiet", str(tree), revision.commit)
            if made.returncode:
                raise UserError(f"--against {revision.ref}: git can't check it out: {git.last_line(made.stderr)}")
            yield tree / revision.project
        finally:
            _remove(revision.repository, tree)


def remove_leftovers(repository: Path) -> None:
    """Remove the worktrees of previews that were killed; no other worktree is touched."""
    listed = git.run(repository, "worktree", "list", "--porcelain", "-z").stdout.split("\0")
    for tree in (Path(line.removeprefix("worktree ")) for line in listed if line.startswith("worktree ")):
        if tree.name.startswith(_PREFIX) and tree.parent.name == tree.name and not _in_use(tree.parent / _LOCK):
            _remove(repository, tree)


def _in_use(lock: Path) -> bool:
    try:
        with lock.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # there is no lock any more
        return False
    return False


def _remove(repository: Path, tree: Path) -> None:
    git.run(repository, "worktree", "remove", *_FORCE, str(tree))
    shutil.rmtree(tree.parent, ignore_errors=True)


@contextmanager
def _ended_by_signals() -> Generator[None]:
    """Let SIGTERM and SIGHUP end the program as Ctrl-C does, with everything removed on the way."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.signal(each, _end) for each in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
