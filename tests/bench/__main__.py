"""Measure previews and updates of environments of several sizes; the results belong to docs/performance.md."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from local.control_plane import ControlPlane
from local.engine import Engine
from local.tools import Toolbox
from local.workspace import REPOSITORY, Workspace
from tests.bench.estates import stacks
from tests.live import projects

SIZES = tuple(int(size) for size in sys.argv[1:]) or (10, 50, 100)


def seconds(command: list[str], folder: Path) -> float:
    """Return how long a command takes, whole process; raises where it fails."""
    started = time.monotonic()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def measure(namespaces: int, kubeconfig: Path, tools: Toolbox) -> list[str]:
    """Preview, apply, apply again and destroy an environment; return a row of the table."""
    with tempfile.TemporaryDirectory() as folder:
        root = projects.make(Path(folder) / "project", stacks(namespaces), kubeconfig)
        names = list(stacks(namespaces))
        preview = seconds(
            [sys.executable, "-c", PREVIEW, str(root), *names],
            REPOSITORY,
        )
        engine = projects.engine(root, tools)
        applied = timed(engine, names, "up")
        again = timed(engine, names, "up")
        resources = sum(sum(engine.kinds(name).values()) for name in names)
        destroyed = timed(engine, names[::-1], "destroy")
    return [str(namespaces), str(resources), *(f"{value:.1f}" for value in (preview, applied, again, destroyed))]


PREVIEW = """
import datetime, sys
from pathlib import Path
from policies.evaluate import evaluate
from preview.collect import recordings
for recording in recordings(sys.argv[2:], Path(sys.argv[1])).values():
    assert not evaluate(recording.resources, (), datetime.date.today()).denied(strict=True)
"""


def timed(engine: Engine, names: list[str], operation: str) -> float:
    """Return how long an operation of the real engine takes over all stacks, one after the other."""
    started = time.monotonic()
    for name in names:
        getattr(engine, operation)(name)
    return time.monotonic() - started


def main() -> None:
    """Print the table."""
    console = Console()
    tools = Toolbox()
    table = Table("namespaces", "resources", "preview s", "up s", "up again s", "destroy s", box=None)
    with tempfile.TemporaryDirectory() as folder:
        control_plane = ControlPlane(Workspace(root=REPOSITORY, state=Path(folder)))
        try:
            control_plane.ensure(tools)
            for namespaces in SIZES:
                table.add_row(*measure(namespaces, control_plane.workspace.kubeconfig, tools))
        finally:
            control_plane.stop()
    console.print(table)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    console.print(f"largest child process: {peak >> 10} MiB; {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
