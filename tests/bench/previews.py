"""Measure previews from a cold process: each environment, all at once, growing estates, and the real engine.

`python -m tests.bench.previews [SIZE...]`; the results belong to docs/performance.md. What is compared runs in the
same run, in turns, so that other work on the machine slows both.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from components import stack_file
from local.control_plane import ControlPlane
from local.tools import Toolbox
from local.workspace import REPOSITORY, Workspace
from tests.bench.estates import stacks
from tests.live import projects

ROUNDS = 3
SIZES = (10, 100, 1000)
AGAINST_ENGINE = 50
"""Namespaces of the estate that the engine previews as well."""

Measured = tuple[float, float]
"""Seconds on the clock, and of CPU time, of a command and its children."""


def measured(action: Callable[[], object]) -> Measured:
    """Return what an action costs in other processes."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    action()
    after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    return ended - started, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def preview(project: Path, names: Sequence[str] = (), cores: set[int] | None = None) -> None:
    """Preview stacks in a process of their own; raises where one of them is not allowed."""
    command = [sys.executable, "-m", "preview", *names, "--format", "json", "--output", os.devnull]
    if cores is not None:
        command = ["taskset", "--cpu-list", ",".join(map(str, cores)), *command]
    subprocess.run(command, cwd=project, check=True)


def best(actions: Sequence[Callable[[], object]], rounds: int = ROUNDS) -> list[Measured]:
    """Return the best of some rounds for each action; in each round every action has its turn."""
    turns = [[measured(action) for action in actions] for _ in range(rounds)]
    return [min(each) for each in zip(*turns, strict=True)]


def environments(table: Table) -> None:
    """Measure each environment alone, all of them on one core, and all of them on every core."""
    names = stack_file.names(REPOSITORY / "stacks")
    one_core = {min(os.sched_getaffinity(0))}
    actions = [lambda name=name: preview(REPOSITORY, [name]) for name in names]
    actions += [lambda: preview(REPOSITORY, cores=one_core), lambda: preview(REPOSITORY)]
    for name, found in zip([*names, "all, one core", "all, every core"], best(actions), strict=True):
        row(table, name, found)


def estates(table: Table, sizes: Sequence[int]) -> None:
    """Measure estates that grow."""
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            project = estate(Path(folder) / str(size), size, Path("/nowhere"))
            row(table, f"{size} namespaces", measured(lambda project=project: preview(project)))


def estate(root: Path, size: int, kubeconfig: Path) -> Path:
    """Return a project with an estate of this size and our preview in it."""
    projects.make(root, stacks(size), kubeconfig)
    shutil.copytree(REPOSITORY / "preview", root / "preview")
    return root


def engine(table: Table) -> None:
    """Measure the engine's own preview, with the policy pack, and ours of the same program in turns."""
    with tempfile.TemporaryDirectory() as folder:
        control_plane = ControlPlane(Workspace(root=REPOSITORY, state=Path(folder) / "state"))
        tools = Toolbox()
        try:
            control_plane.ensure(tools)
            root = estate(Path(folder) / "project", AGAINST_ENGINE, control_plane.workspace.kubeconfig)
            pulumi = projects.engine(root, tools)
            name = "local-cluster"
            pulumi.preview(name)  # makes the stack, which ours has no need of
            ours, theirs = best([lambda: preview(root, [name]), lambda: pulumi.preview(name)])
        finally:
            control_plane.stop()
    row(table, f"{name}, ours", ours)
    row(table, f"{name}, the engine's", theirs)
    table.add_row("the engine's / ours", f"{theirs[0] / ours[0]:.1f}", f"{theirs[1] / ours[1]:.1f}")


def row(table: Table, name: str, found: Measured) -> None:
    """Add what was measured, and show it at once."""
    table.add_row(name, *(f"{value:.2f}" for value in found))
    sys.stderr.write(f"{name}: {found[0]:.2f} s, {found[1]:.2f} s of CPU time\n")


def main() -> None:
    """Print the table."""
    table = Table("what", "seconds", "CPU seconds", box=None)
    estates(table, [int(size) for size in sys.argv[1:]] or SIZES)
    environments(table)
    engine(table)
    Console().print(table)


if __name__ == "__main__":
    main()
