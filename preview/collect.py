"""Record the programs of several stacks, those that others refer to first."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from components import stack_file
from components.errors import UserError
from components.stack_file import StackFile

from . import ROOT, parallel
from .parallel import Outputs, Plan
from .program import ProgramError, Recording, record

T = TypeVar("T")
Recorded = Recording | UserError | ProgramError


def recordings(names: Sequence[str], root: Path = ROOT) -> dict[str, Recorded]:
    """Return what each stack's program asked for, or why it could not be run.

    A tenants stack is given the outputs of its cluster stack where that is in this project; where it
    isn't, they are unknown, as they are to an engine that has never deployed it.
    """
    return each(names, lambda _, recorded: recorded, root)


def each(
    names: Sequence[str],
    work: Callable[[str, Recorded], T],
    root: Path = ROOT,
    ready: Callable[[], object] | None = None,
) -> dict[str, T]:
    """Return what becomes of each stack's recording, as `recordings` has it.

    Where several stacks can be recorded at once, the work is done in their processes as well, and what it returns is a
    copy; where they can't, it is done in this one. `ready` makes what the work needs, see `parallel.run`.
    """
    files = _files(names, root / "stacks")
    plan = Plan(_needs(files))

    def recording(name: str, outputs: Mapping[str, Outputs]) -> tuple[Recorded, Outputs | None]:
        file = files[name]
        done = _record(file, outputs, root) if isinstance(file, StackFile) else file
        return done, done.outputs if isinstance(done, Recording) else None

    if plan.width == 1:
        recorded = parallel.run(plan, recording, ready)
        return {name: work(name, recorded[name]) for name in names}

    def step(name: str, outputs: Mapping[str, Outputs]) -> tuple[T | None, Outputs | None]:
        done, own = recording(name, outputs)
        # A stack that only others read is recorded for its outputs.
        return work(name, done) if name in names else None, own

    found = parallel.run(plan, step, ready)
    return {name: result for name in names if (result := found[name]) is not None}


def _files(names: Sequence[str], folder: Path) -> dict[str, StackFile | UserError]:
    """Return the files of the stacks and of those that they refer to, the latter first where that is possible."""
    known = set(stack_file.names(folder))
    files: dict[str, StackFile | UserError] = {}
    for name in names:
        path: dict[str, StackFile | UserError] = {}
        above = name
        while above not in path and above not in files and (above in known or above == name):
            path[above] = _read(above, folder)
            above = _above(path[above])
        files |= dict(reversed(path.items()))
    return files


def _needs(files: Mapping[str, StackFile | UserError]) -> dict[str, str | None]:
    """Return for each stack the one that it reads, where that comes before it: stacks may read each other in a ring."""
    order = list(files)
    needs: dict[str, str | None] = {}
    for index, (name, file) in enumerate(files.items()):
        above = _above(file)
        needs[name] = above if above in order[:index] else None
    return needs


def _above(file: StackFile | UserError) -> str:
    return (file.cluster_stack if isinstance(file, StackFile) else None) or ""


def _read(name: str, folder: Path) -> StackFile | UserError:
    try:
        return stack_file.read(name, folder)
    except UserError as error:
        return error


def _record(file: StackFile, outputs: Mapping[str, Mapping[str, Any]], root: Path) -> Recorded:
    try:
        return record(file, outputs, root)
    except (UserError, ProgramError) as error:
        return error
