"""The verdict on environments: stack files in, results out."""

import traceback
from collections.abc import Sequence

from components import stack_file
from components.errors import UserError
from policies import baselines, clock, waivers
from policies.environment import controls_of

from . import ROOT
from .cluster_objects import STACK
from .collect import recordings
from .exit_code import ExitCode
from .program import ProgramError, Recording
from .result import StackResult, failed, judged


def preview(names: Sequence[str], *, strict: bool, together: bool = False) -> list[StackResult]:
    """Return the result of each stack, or one result for all of them read together.

    All stacks without a name. Raises `UserError` where there is none at all.
    """
    known = stack_file.names(ROOT / "stacks")
    if not known:
        raise UserError("there is no stack; add a file stacks/Pulumi.<name>.yaml")
    today = clock.today()
    accepted = waivers.load(waivers.FILE, today, [*known, STACK])
    existing = baselines.load(baselines.FILE, today, known)
    recorded = recordings(list(dict.fromkeys(names or known)))
    whole = {name: each for name, each in recorded.items() if isinstance(each, Recording)}
    if together and len(whole) == len(recorded):
        controls = controls_of(next(iter(whole)))
        return [judged(" + ".join(whole), list(whole.values()), accepted, today, controls, existing, strict=strict)]
    return [
        judged(name, [each], accepted, today, controls_of(name), existing, strict=strict)
        if isinstance(each, Recording)
        else _failure(name, each)
        for name, each in recorded.items()
    ]


def _failure(name: str, error: UserError | ProgramError) -> StackResult:
    if isinstance(error, UserError):
        return failed(name, error, ExitCode.BAD_CONFIGURATION)
    traceback.print_exception(error)
    return failed(name, error, ExitCode.OUR_BUG)
