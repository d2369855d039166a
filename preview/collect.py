"""Record the programs of several stacks, side by side, those that others refer to first."""

import multiprocessing
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from components.errors import UserError

from . import stack_file
from .program import ProgramError, Recording, record
from .stack_file import ROOT, StackFile

Recorded = Recording | UserError | ProgramError


def recordings(names: Sequence[str], root: Path = ROOT) -> dict[str, Recorded]:
    """Return what each stack's program asked for, or why it could not be run.

    A tenants stack is given the outputs of its cluster stack where that is in this project; where it
    isn't, they are unknown, as they are to an engine that has never deployed it.
    """
    folder = root / "stacks"
    wanted: dict[str, StackFile] = {}
    results: dict[str, Recorded] = {}
    for name in names:
        try:
            wanted[name] = stack_file.read(name, folder)
        except UserError as error:
            results[name] = error
    known = set(stack_file.names(folder))
    for file in [*wanted.values()]:
        if file.cluster_stack in known and file.cluster_stack not in wanted and file.cluster_stack not in results:
            wanted[file.cluster_stack] = stack_file.read(file.cluster_stack, folder)
    if len(wanted) == 1:
        return results | {name: _record(file, {}, root) for name, file in wanted.items()}
    results |= _in_processes(wanted, root)
    return {name: results[name] for name in names}


def _in_processes(wanted: Mapping[str, StackFile], root: Path) -> dict[str, Recorded]:
    """Run each program in a process of its own: the SDK's runtime is global."""
    context = multiprocessing.get_context("spawn")
    results: dict[str, Recorded] = {}
    with ProcessPoolExecutor(mp_context=context, max_tasks_per_child=1) as pool:
        for has_reference in (False, True):
            wave = {name: file for name, file in wanted.items() if bool(file.cluster_stack) is has_reference}
            outputs = {name: done.outputs for name, done in results.items() if isinstance(done, Recording)}
            started = {name: pool.submit(_record, file, outputs, root) for name, file in wave.items()}
            results |= {name: _result(name, future) for name, future in started.items()}
    return results


def _record(file: StackFile, outputs: Mapping[str, Mapping[str, Any]], root: Path) -> Recorded:
    try:
        return record(file, outputs, root)
    except (UserError, ProgramError) as error:
        return error


def _result(name: str, future: Future[Recorded]) -> Recorded:
    try:
        return future.result()
    except BrokenProcessPool:
        return ProgramError(f"the process that previewed {name} ended early")
