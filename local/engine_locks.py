"""The file backend's locks: which are held by a running engine and which were left by a killed one."""

import json
import socket
from dataclasses import dataclass
from pathlib import Path

from . import processes


@dataclass(frozen=True, kw_only=True)
class StackLock:
    """Who locked a stack, as the engine writes it into the lock file."""

    pid: int
    hostname: str

    @property
    def held(self) -> bool:
        """Whether the engine that wrote it still runs; one on another machine is taken to be running."""
        if self.hostname != socket.gethostname():
            return True
        # After a reboot the pid can be anybody's, so it counts only while it is an engine.
        program = processes.command(self.pid).partition(" ")[0]
        return processes.identity(self.pid) is not None and Path(program).name == "pulumi"


def of_stack(backend: Path, stack: str) -> list[StackLock]:
    """Return the locks of a stack in the file backend at `backend`.

    Format: https://github.com/pulumi/pulumi/blob/master/pkg/backend/diy/lock.go
    """
    locks: list[StackLock] = []
    for file in backend.glob(f".pulumi/locks/**/{stack}/*.json"):
        try:
            content = json.loads(file.read_text())
            locks.append(StackLock(pid=int(content["pid"]), hostname=content["hostname"]))
        except (OSError, ValueError, KeyError):
            # Released in this moment, or cut off by the kill: then nobody holds it.
            locks.append(StackLock(pid=0, hostname=socket.gethostname()))
    return locks
