"""Locks between processes of this machine; the kernel releases them when a process dies."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import console


@contextmanager
def exclusive(path: Path, *, waiting_for: str) -> Iterator[None]:
    """Hold the lock file `path`; says `waiting_for` once when another process holds it, and waits.

    The file stays: deleting it would let two processes hold two different locks of one name.
    """
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with console.progress(f"waiting for {waiting_for}"):
                fcntl.flock(file, fcntl.LOCK_EX)
        yield
