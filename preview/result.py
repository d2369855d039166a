"""What a preview found, in one model that every report format is made from."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from policies.evaluate import Report, evaluate
from policies.model import Baseline, Control, Resource, Waiver

from . import permissions, reachability
from .change.model import Change
from .exit_code import ExitCode
from .permissions import Permissions
from .program import Recording
from .reachability import Reachability
from .upgrade_plan import UpgradePlan, plans

NO_REPORT = Report(verdicts=(), waiver_problems=())


@dataclass(frozen=True, kw_only=True)
class StackResult:
    """What a preview found about one environment: a stack, or several read as one."""

    name: str
    resources: tuple[Resource, ...] = ()
    report: Report = NO_REPORT
    waivers: tuple[Waiver, ...] = ()
    """The accepted risks that concern its stacks, whether or not they waive anything."""
    baselines: tuple[Baseline, ...] = ()
    """The baselines of its stacks."""
    upgrades: tuple[UpgradePlan, ...] = ()
    """How the clusters of the environment are upgraded."""
    reachability: Reachability | None = None
    """Who can talk to whom; None where there is no verdict either, and in an audit."""
    permissions: Permissions | None = None
    """Who can do what; None in the same cases."""
    error: str | None = None
    """Why there is no verdict: bad configuration, or a program that broke."""
    exit_code: ExitCode = ExitCode.ALLOWED
    strict: bool = False
    """UNKNOWN verdicts of mandatory controls deny as well."""
    change: Change | None = None
    """What differs from another revision, where the preview was asked to compare with one."""


@dataclass(frozen=True, kw_only=True)
class Risks:
    """The risks that people have accepted."""

    waivers: Sequence[Waiver]
    baselines: Sequence[Baseline]
    today: datetime.date


def judged(
    name: str,
    recordings: Sequence[Recording],
    risks: Risks,
    controls: Sequence[Control],
    *,
    strict: bool,
) -> StackResult:
    """Return the verdicts on what the recordings hold together."""
    resources = tuple(resource for recording in recordings for resource in recording.resources)
    report = evaluate(resources, risks.waivers, risks.today, controls, risks.baselines)
    exit_code = ExitCode.DENIED if report.denied(strict=strict) else ExitCode.ALLOWED
    upgrades = plans(resources, report.verdicts)
    stacks = {resource.stack for resource in resources}
    return StackResult(
        name=name,
        resources=resources,
        report=report,
        waivers=tuple(each for each in risks.waivers if any(each.concerns(stack) for stack in stacks)),
        baselines=tuple(each for each in risks.baselines if each.stack in stacks),
        upgrades=upgrades,
        reachability=reachability.of(resources),
        permissions=permissions.of(resources),
        exit_code=exit_code,
        strict=strict,
    )


def failed(name: str, error: Exception, exit_code: ExitCode) -> StackResult:
    """Return the result of a stack that could not be previewed."""
    return StackResult(name=name, error=str(error), exit_code=exit_code)
