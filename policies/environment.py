"""What a stack's own settings say to the controls: the lists that workload controls read."""

import functools
from pathlib import Path

from components import settings, stack_file
from components.errors import UserError

from .catalogue import all_controls
from .control_file import NEWEST
from .model import Control
from .parameters import Parameters

ROOT = Path(__file__).parent.parent


@functools.cache
def controls_of(stack: str, root: Path = ROOT) -> tuple[Control, ...]:
    """Return the controls with the lists of the stack, or of the cluster stack that it refers to.

    A program of one's own has no stack file here; its controls read the safe defaults, as do those of a
    stack whose file is wrong: the program itself tells what is wrong with it.
    """
    try:
        file = stack_file.read(stack, root / "stacks")
        if file.cluster_stack is not None:
            file = stack_file.read(file.cluster_stack, root / "stacks")
        declared = settings.from_config(file.config, file.name)
        parameters = Parameters.of(declared.admission.parameters) if declared.admission else None
    except (UserError, ValueError):  # a ValueError names a list that no control reads
        return all_controls()
    return all_controls(parameters, declared.kubernetes or NEWEST)
