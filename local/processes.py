"""Detached processes that outlive the command that started them."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from components.errors import UserError

_PROC = Path("/proc")
_POLL = 0.05
TERMINATION = 15.0
"""Seconds that a process has to end after SIGTERM before SIGKILL."""


@dataclass(frozen=True, kw_only=True)
class Process:
    """A process that was started here; `identity` tells it from a later one with the same pid."""

    pid: int
    identity: str
    """Boot and start time of the process, as the kernel tells them."""

    @property
    def alive(self) -> bool:
        """Whether this very process still runs; a stranger that got its pid does not count."""
        return identity(self.pid) == self.identity

    def stop(self) -> None:
        """End the process: SIGTERM, then SIGKILL; returns when it is gone. A dead one is left alone."""
        for sign, patience in ((signal.SIGTERM, TERMINATION), (signal.SIGKILL, TERMINATION)):
            if not self.alive:
                return
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, sign)
            self._wait(patience)

    def _wait(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self.alive and time.monotonic() < deadline:
            time.sleep(_POLL)


def identity(pid: int) -> str | None:
    """Return what tells process `pid` from any other one, ever; None where it does not run."""
    _reap(pid)
    if not _PROC.joinpath("self").exists():
        return _ps(pid, "lstart=") or None
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The second field is the command in parentheses and may hold blanks and parentheses itself; after
    # it come the state (field 3) and, as field 22, the start time in ticks since boot: proc_pid_stat(5).
    fields = stat.rpartition(")")[2].split()
    if fields[0] in {"Z", "X"}:
        return None
    boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    return f"{boot}:{fields[19]}"


def command(pid: int) -> str:
    """Return the command line of process `pid`; empty where it does not run."""
    if _PROC.joinpath("self").exists():
        try:
            return (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except (FileNotFoundError, ProcessLookupError):
            return ""
    return _ps(pid, "command=")


def _ps(pid: int, column: str) -> str:
    answer = subprocess.run(["ps", "-o", column, "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def _reap(pid: int) -> None:
    """Collect a dead child of this very process, which would stay a zombie with a pid otherwise."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def start(arguments: Sequence[str], *, folder: Path, log: Path) -> Process:
    """Start a program in a session of its own, so that Ctrl-C and a closed terminal do not reach it.

    Its output goes to `log` (mode 0600); the log of the run before it is kept as `<log>.1`. It gets no
    environment, as etcd takes settings from there. Raises `UserError` where it cannot be executed.
    """
    if log.exists():
        log.replace(log.with_name(f"{log.name}.1"))
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        child = subprocess.Popen(
            list(arguments),
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={},
            start_new_session=True,
        )
    except OSError as problem:
        raise UserError(f"cannot run {arguments[0]}: {problem.strerror}.") from problem
    finally:
        os.close(descriptor)
    # Popen would warn about a child that is still running when it is collected; that is the point here.
    child.returncode = 0
    return Process(pid=child.pid, identity=identity(child.pid) or "ended at once")


def last_lines(log: Path, count: int = 1) -> str:
    """Return the last lines of a log, for an error message; each at most 300 characters."""
    try:
        lines = log.read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return "(no log)"
    return "\n".join(line[:300] for line in lines[-count:]) or "(empty log)"
