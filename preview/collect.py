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
    project = _Project(root)
    for name in names:
        project.visit(name)
    return {name: project.results[name] for name in names}


class _Project:
    """The stacks that have been recorded, and their outputs."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = root / "stacks"
        self._known = set(stack_file.names(self._folder))
        self._started: set[str] = set()
        self._outputs: dict[str, Mapping[str, Any]] = {}
        self.results: dict[str, Recorded] = {}

    def visit(self, name: str) -> None:
        """Record a stack once, and the stack that it refers to before it."""
        if name in self._started:
            return
        self._started.add(name)
        file = _read(name, self._folder)
        if isinstance(file, StackFile) and file.cluster_stack in self._known:
            self.visit(file.cluster_stack)
        done = _record(file, self._outputs, self._root) if isinstance(file, StackFile) else file
        self.results[name] = done
        if isinstance(done, Recording):
            self._outputs[name] = done.outputs


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
