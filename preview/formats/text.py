"""The report that a person reads in a terminal: what is wrong and how to fix it, what changes, then everything else."""

import io
import itertools
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.markup import escape

from policies.model import Enforcement, Outcome, Severity, Verdict, Waiver
from preview.change.model import Change, Presence
from preview.exit_code import ExitCode
from preview.formats import Layout
from preview.permissions import report as permissions_report
from preview.plain_text import one_line
from preview.reachability import report as reachability_report
from preview.result import StackResult

from . import outcomes, text_change, text_details
from .text_details import STYLES
from .text_lines import LONGEST, say

_TROUBLE = (Outcome.ERROR, Outcome.FAIL, Outcome.UNKNOWN, Outcome.EXISTING, Outcome.WAIVED)


def render(results: Sequence[StackResult], layout: Layout) -> str:
    """Return the report as it is printed."""
    return printed(lambda console: write(results, console, quiet=layout.quiet), layout)


def printed(write: Callable[[Console], None], layout: Layout) -> str:
    """Return what a function prints."""
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        force_terminal=layout.colour,
        no_color=not layout.colour,
        width=layout.width,
        highlight=False,
        emoji=False,
        soft_wrap=layout.whole_lines,
    )
    write(console)
    return buffer.getvalue()


def write(results: Sequence[StackResult], console: Console, *, quiet: bool = False) -> None:
    """Write the report of each stack and, where there are several, a line for each at the end."""
    for result in results:
        _write_one(result, console, quiet=quiet)
    if len(results) > 1 and not quiet:
        console.rule()
        for result in results:
            say(console, _conclusion(result))


def _write_one(result: StackResult, console: Console, *, quiet: bool) -> None:
    if not quiet:
        console.rule(f"[bold]{escape(one_line(result.name, LONGEST))}", align="left")
    if result.error is not None:
        first, *more = result.error.splitlines() or [""]
        say(console, f"[bold red]error[/]: {escape(one_line(first, LONGEST))}")
        for line in more:
            _write_line(line, console)
    else:
        _write_trouble(result, console, quiet=quiet)
    if not quiet:
        if result.change is not None:
            text_change.write(result.change, console)
        if result.error is None and not _is_removed(result):
            _write_rest(result, console)
    if result.error is None or quiet:
        say(console, _conclusion(result))


def _write_trouble(result: StackResult, console: Console, *, quiet: bool) -> None:
    """Write what is wrong: the fix once for all that fail one control, and who accepted it once for all of one risk."""
    shown = [each for each in result.report.verdicts if each.outcome in _TROUBLE]
    if quiet:
        shown = [each for each in shown if each.denies(strict=result.strict)]
    shown.sort(key=_order)
    new = _new(result.change)
    for verdict, following in itertools.zip_longest(shown, shown[1:]):
        last = following is None or _order(following)[:4] != _order(verdict)[:4]
        _write_verdict(verdict, console, new=(verdict.control.id, verdict.resource.key) in new, last=last)
    for kind, problems in (("waiver", result.report.waiver_problems), ("baseline", result.report.baseline_problems)):
        for problem in problems:
            say(console, f"[bold red]{kind}[/] {escape(problem)}")


def _order(verdict: Verdict) -> tuple[bool, int, int, str, str, str]:
    """Sort what denies first, then what a person must look at, last what somebody has accepted, risk by risk."""
    control, resource = verdict.control.id, verdict.resource.key
    if (waiver := verdict.waiver) is not None:
        return False, _TROUBLE.index(verdict.outcome), 0, _accepted(waiver), control, resource
    advisory = verdict.control.enforcement is Enforcement.ADVISORY and verdict.outcome is Outcome.FAIL
    severity = -list(Severity).index(verdict.control.severity)
    return advisory, _TROUBLE.index(verdict.outcome), severity, control, control, resource


def _accepted(waiver: Waiver) -> str:
    return f"waived by {waiver.owner} until {waiver.expires}: {waiver.reason}"


def _new(change: Change | None) -> set[tuple[str, str]]:
    return {(each.control, each.resource) for each in change.worse} if change else set()


def _write_verdict(verdict: Verdict, console: Console, *, new: bool, last: bool) -> None:
    control = verdict.control
    note = " (advisory)" if control.enforcement is Enforcement.ADVISORY else ""
    mark = " [bold red]new[/]" if new else ""
    head = f"[{STYLES[verdict.outcome]}]{verdict.outcome}[/] [bold]{control.id}[/]"
    say(console, f"{head} {escape(one_line(verdict.resource.key, LONGEST))}{note}{mark}")
    for message in verdict.messages:
        say(console, escape(one_line(message, LONGEST)), indent=2)
    if (waiver := verdict.waiver) is not None:
        if last:
            say(console, escape(_accepted(waiver)), indent=2)
        return
    if (baseline := verdict.baseline) is not None:
        say(console, f"there before; {escape(baseline.owner)} fixes it until {baseline.expires}", indent=2)
    if last and verdict.outcome in (Outcome.FAIL, Outcome.EXISTING):
        say(console, f"fix: {escape(control.fix)}", indent=2)


def _write_rest(result: StackResult, console: Console) -> None:
    for plan in result.upgrades:
        text_details.write_upgrade(plan, console)
    for line in reachability_report.lines(result.reachability) if result.reachability else ():
        _write_line(line, console)
    for line in permissions_report.lines(result.permissions) if result.permissions else ():
        _write_line(line, console)
    console.print(text_details.controls(result.report.verdicts), soft_wrap=False)
    console.print(text_details.tree(result.resources), soft_wrap=False)


def _write_line(line: str, console: Console) -> None:
    text = line.lstrip(" ")
    say(console, escape(one_line(text, LONGEST)), indent=len(line) - len(text))


def _is_removed(result: StackResult) -> bool:
    return result.change is not None and result.change.presence is Presence.REMOVED


def _conclusion(result: StackResult) -> str:
    name = escape(one_line(result.name, LONGEST))
    if result.error is not None:
        return f"{name}: [bold red]not previewed[/]"
    if _is_removed(result):
        return f"{name}: [bold]removed[/]"
    state = "[bold red]denied[/]" if result.exit_code is ExitCode.DENIED else "[bold green]allowed[/]"
    return f"{name}: {state} ({len(result.resources)} resources; {outcomes.numbers(result.report.verdicts)})"
