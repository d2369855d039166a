"""Record the programs of several stacks, those that others refer to first."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from components import stack_file
from components.errors import UserError
from components.stack_file import StackFile

from . import ROOT
from .program import ProgramError, Recording, record

Recorded = Recording | UserError | ProgramError


def recordings(names: Sequence[str], root: Path = ROOT) -> dict[str, Recorded]:
    """Return what each stack's program asked for, or why it could not be run.

    A tenants stack is given the outputs of its cluster stack where that is in this project; where it
    isn't, they are unknown, as they are to an engine that has never deployed it.
    """
    folder = root / "stacks"
    known = set(stack_file.names(folder))
    files = {name: _read(name, folder) for name in names}
    for file in [*files.values()]:
        if isinstance(file, StackFile) and file.cluster_stack in known:
            files.setdefault(file.cluster_stack, _read(file.cluster_stack, folder))
    outputs: dict[str, Mapping[str, Any]] = {}
    results: dict[str, Recorded] = {}
    for name, file in sorted(files.items(), key=lambda item: _refers(item[1])):
        results[name] = _record(file, outputs, root) if isinstance(file, StackFile) else file
        if isinstance(done := results[name], Recording):
            outputs[name] = done.outputs
    return {name: results[name] for name in names}


def _refers(file: StackFile | UserError) -> bool:
    return isinstance(file, StackFile) and file.cluster_stack is not None


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
