"""The report that a person reads in a terminal."""

import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from policies import clock
from policies.model import Outcome, Resource, Verdict
from preview.exit_code import ExitCode
from preview.formats import Layout
from preview.permissions import report as permissions_report
from preview.reachability import report as reachability_report
from preview.result import StackResult
from preview.upgrade_plan import UpgradePlan

_WHOLE_TREE = 150
"""Most resources that are shown one by one; a larger environment is shown by component."""
_STYLES = {
    Outcome.PASS: "green",
    Outcome.FAIL: "bold red",
    Outcome.ERROR: "bold red",
    Outcome.UNKNOWN: "yellow",
    Outcome.WAIVED: "magenta",
    Outcome.EXISTING: "magenta",
    Outcome.NOT_APPLICABLE: "dim",
}
_TROUBLE = (Outcome.ERROR, Outcome.FAIL, Outcome.UNKNOWN, Outcome.EXISTING, Outcome.WAIVED)


def render(results: Sequence[StackResult], layout: Layout) -> str:
    """Return the report as it is printed."""
    return printed(lambda console: write(results, console), layout)


def printed(write: Callable[[Console], None], layout: Layout) -> str:
    """Return what a function prints."""
    buffer = io.StringIO()
    write(Console(file=buffer, force_terminal=layout.colour, width=layout.width, highlight=False))
    return buffer.getvalue()


def write(results: Sequence[StackResult], console: Console) -> None:
    """Write the report of each stack and, where there are several, a line for each at the end."""
    for result in results:
        _write_one(result, console)
    if len(results) > 1:
        console.rule()
        for result in results:
            console.print(_conclusion(result))


def _write_one(result: StackResult, console: Console) -> None:
    console.rule(f"[bold]{escape(result.name)}", align="left")
    if result.error is not None:
        console.print(f"[bold red]error[/]: {escape(result.error)}", soft_wrap=True)
        return
    console.print(_tree(result.resources))
    console.print(_controls(result.report.verdicts))
    for plan in result.upgrades:
        _write_upgrade(plan, console)
    for line in reachability_report.lines(result.reachability) if result.reachability else ():
        console.print(escape(line), soft_wrap=True)
    for line in permissions_report.lines(result.permissions) if result.permissions else ():
        console.print(escape(line), soft_wrap=True)
    for verdict in _sorted(verdict for verdict in result.report.verdicts if verdict.outcome in _TROUBLE):
        _write_verdict(verdict, console)
    for problem in result.report.waiver_problems:
        console.print(f"[bold red]waiver[/] {escape(problem)}", soft_wrap=True)
    for problem in result.report.baseline_problems:
        console.print(f"[bold red]baseline[/] {escape(problem)}", soft_wrap=True)
    console.print(_conclusion(result))


def _write_upgrade(plan: UpgradePlan, console: Console) -> None:
    """Write how a cluster is upgraded; what its cloud makes of each setting stands in its upgrades.yaml."""
    left = plan.days_left(clock.today())
    support = f"; standard support ends on {plan.support_ends}, in {left} days" if plan.support_ends else ""
    console.print(
        f"upgrade of [cyan]{escape(plan.cluster)}[/]: Kubernetes {plan.version}, channel {plan.channel}{support}",
        soft_wrap=True,
    )
    for number, step in enumerate(plan.steps, 1):
        console.print(f"  {number}. {escape(step)}", soft_wrap=True)
    for freeze in plan.frozen:
        console.print(f"  frozen from {escape(freeze)}", soft_wrap=True)
    for stop in plan.stops:
        console.print(f"  [yellow]would stop[/] {escape(stop)}", soft_wrap=True)


def _tree(resources: Sequence[Resource]) -> Tree:
    """Return the resources under their components."""
    children: dict[str | None, list[Resource]] = {}
    urns = {resource.urn for resource in resources}
    for resource in resources:
        children.setdefault(resource.parent if resource.parent in urns else None, []).append(resource)
    tree = Tree(f"{len(resources)} resources")
    _grow(tree, children, None, whole=len(resources) <= _WHOLE_TREE)
    return tree


def _grow(tree: Tree, children: dict[str | None, list[Resource]], parent: str | None, *, whole: bool) -> None:
    leaves: Counter[str] = Counter()
    for resource in children.get(parent, ()):
        kind = resource.type.rsplit(":", 1)[-1]
        if whole or resource.urn in children:
            branch = tree.add(f"{kind} [cyan]{escape(resource.name)}[/]")
            _grow(branch, children, resource.urn, whole=whole)
        else:
            leaves[kind] += 1
    for kind, count in sorted(leaves.items()):
        tree.add(f"{kind} [dim]x {count}[/]")


def _controls(verdicts: Iterable[Verdict]) -> Table:
    """Return a row for each control with the number of each outcome."""
    counts: dict[str, Counter[Outcome]] = {}
    severities: dict[str, str] = {}
    for verdict in verdicts:
        counts.setdefault(verdict.control.id, Counter())[verdict.outcome] += 1
        severities[verdict.control.id] = verdict.control.severity
    shown = [outcome for outcome in Outcome if any(count[outcome] for count in counts.values())]
    table = Table("control", "severity", box=None, pad_edge=False, header_style="bold")
    for outcome in shown:
        table.add_column(outcome, justify="right", style=_STYLES[outcome])
    for control_id in sorted(counts):
        numbers = (str(counts[control_id][outcome] or "") for outcome in shown)
        table.add_row(control_id, severities[control_id], *numbers)
    return table


def _write_verdict(verdict: Verdict, console: Console) -> None:
    style = _STYLES[verdict.outcome]
    head = f"[{style}]{verdict.outcome}[/] [bold]{verdict.control.id}[/] {escape(verdict.resource.key)}"
    console.print(head, soft_wrap=True)
    for message in verdict.messages:
        console.print(f"  {escape(message)}", soft_wrap=True)
    if verdict.waiver is not None:
        waiver = verdict.waiver
        console.print(
            f"  waived by {escape(waiver.owner)} until {waiver.expires}: {escape(waiver.reason)}", soft_wrap=True
        )
        return
    if verdict.baseline is not None:
        baseline = verdict.baseline
        console.print(f"  there before; {escape(baseline.owner)} fixes it until {baseline.expires}", soft_wrap=True)
    if verdict.outcome in (Outcome.FAIL, Outcome.EXISTING):
        console.print(f"  fix: {escape(verdict.control.fix)}", soft_wrap=True)


def _sorted(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return sorted(
        verdicts, key=lambda verdict: (_TROUBLE.index(verdict.outcome), verdict.control.id, verdict.resource.key)
    )


def _conclusion(result: StackResult) -> str:
    name = escape(result.name)
    if result.error is not None:
        return f"{name}: [bold red]not previewed[/]"
    counts = Counter(verdict.outcome for verdict in result.report.verdicts)
    numbers = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome])
    state = "[bold red]denied[/]" if result.exit_code is ExitCode.DENIED else "[bold green]allowed[/]"
    return f"{name}: {state} ({len(result.resources)} resources; {numbers or 'no verdict'})"
