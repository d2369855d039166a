"""What a stack's own settings say to the controls: the lists that workload controls read, and the Kubernetes minor."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from components import settings, stack_file
from components.errors import UserError

from .catalogue import all_controls
from .control_file import NEWEST
from .model import Control
from .parameters import Parameters

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What the controls are told of the cluster that a stack is for."""

    lists: Mapping[str, Sequence[str]]
    """Parameters that the stack sets; the others have their defaults."""
    minor: str
    """Kubernetes minor whose behaviour the controls follow, such as `1.36`."""


def environment_of(stack: str, root: Path = ROOT) -> Environment:
    """Return what a stack's file says, or that of the cluster stack that it refers to.

    Raises `UserError` where there is no such stack or its file is wrong.
    """
    file = stack_file.read(stack, root / "stacks")
    if file.cluster_stack is not None:
        file = stack_file.read(file.cluster_stack, root / "stacks")
    declared = settings.from_config(file.config, file.name)
    return Environment(lists=declared.lists, minor=declared.kubernetes or NEWEST)


@functools.cache
def controls_of(stack: str, root: Path = ROOT) -> tuple[Control, ...]:
    """Return the controls with the lists of the stack, or of the cluster stack that it refers to.

    A program of one's own has no stack file here; its controls read the safe defaults, as do those of a
    stack whose file is wrong: the program itself tells what is wrong with it.
    """
    try:
        told = environment_of(stack, root)
        parameters = Parameters.of(told.lists)
    except (UserError, ValueError):  # a ValueError names a list that no control reads
        return all_controls()
    return all_controls(parameters, told.minor)
