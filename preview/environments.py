"""The verdict on environments: stack files in, results out."""

import functools
import sys
from collections.abc import Iterable, Iterator, Sequence

from components import stack_file
from components.errors import UserError
from policies import baselines, clock, waivers
from policies.catalogue import all_controls
from policies.environment import controls_of

from . import ROOT
from .cluster_objects import STACK
from .collect import Recorded, each, recordings
from .exit_code import ExitCode
from .program import ProgramError, Recording
from .result import Risks, StackResult, failed, judged


def preview(names: Sequence[str], *, strict: bool, together: bool = False) -> list[StackResult]:
    """Return the result of each stack, or one result for all of them read together.

    All stacks without a name. Raises `UserError` where there is none at all.
    """
    known = stack_file.names(ROOT / "stacks")
    if not known:
        raise UserError("there is no stack; add a file stacks/Pulumi.<name>.yaml")
    today = clock.today()
    chosen = list(dict.fromkeys(names or known))

    @functools.cache
    def risks() -> Risks:
        return Risks(
            waivers=waivers.load(waivers.FILE, today, [*known, STACK]),
            baselines=baselines.load(baselines.FILE, today, known),
            today=today,
        )

    def ready() -> None:
        risks()
        if len(chosen) > 1:
            all_controls()
        else:
            controls_of(chosen[0])

    def judge(name: str, recorded: Recorded) -> tuple[StackResult, str]:
        if not isinstance(recorded, Recording):
            return _failure(name, recorded)
        return judged(name, [recorded], risks(), controls_of(name), strict=strict), ""

    if not together:
        return list(_told(each(chosen, judge, ready=ready).values()))
    risks()
    recorded = recordings(chosen)
    whole = {name: one for name, one in recorded.items() if isinstance(one, Recording)}
    if len(whole) < len(recorded):
        return list(_told(judge(name, one) for name, one in recorded.items()))
    controls = controls_of(next(iter(whole)))
    return [judged(" + ".join(whole), list(whole.values()), risks(), controls, strict=strict)]


def _failure(name: str, error: UserError | ProgramError) -> tuple[StackResult, str]:
    if isinstance(error, UserError):
        return failed(name, error, ExitCode.BAD_CONFIGURATION), ""
    return failed(name, error, ExitCode.OUR_BUG), error.details


def _told(found: Iterable[tuple[StackResult, str]]) -> Iterator[StackResult]:
    """Yield the results, and tell each traceback once, in the order of the stacks."""
    for result, details in found:
        sys.stderr.write(details)
        yield result
