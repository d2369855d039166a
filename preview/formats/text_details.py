"""What the terminal report shows below: resources under their components, controls with numbers, upgrades."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from policies import clock
from policies.model import Outcome, Resource, Verdict
from preview.plain_text import one_line
from preview.upgrade_plan import UpgradePlan

from .text_lines import LONGEST, say

_WHOLE_TREE = 150
"""Most resources that are shown one by one; a larger environment is shown by component."""
STYLES = {
    Outcome.PASS: "green",
    Outcome.FAIL: "bold red",
    Outcome.ERROR: "bold red",
    Outcome.UNKNOWN: "yellow",
    Outcome.WAIVED: "magenta",
    Outcome.EXISTING: "magenta",
    Outcome.NOT_APPLICABLE: "dim",
}


def write_upgrade(plan: UpgradePlan, console: Console) -> None:
    """Write how a cluster is upgraded; what its cloud makes of each setting stands in its upgrades.yaml."""
    left = plan.days_left(clock.today())
    support = f"; standard support ends on {plan.support_ends}, in {left} days" if plan.support_ends else ""
    name = escape(one_line(plan.cluster, LONGEST))
    say(console, f"upgrade of [cyan]{name}[/]: Kubernetes {plan.version}, channel {plan.channel}{support}")
    for number, step in enumerate(plan.steps, 1):
        say(console, f"{number}. {escape(step)}", indent=2)
    for freeze in plan.frozen:
        say(console, f"frozen from {escape(freeze)}", indent=2)
    for stop in plan.stops:
        say(console, f"[yellow]would stop[/] {escape(stop)}", indent=2)


def tree(resources: Sequence[Resource]) -> Tree:
    """Return the resources under their components."""
    children: dict[str | None, list[Resource]] = {}
    urns = {resource.urn for resource in resources}
    for resource in resources:
        children.setdefault(resource.parent if resource.parent in urns else None, []).append(resource)
    root = Tree(f"{len(resources)} resources")
    _grow(root, children, None, whole=len(resources) <= _WHOLE_TREE)
    return root


def _grow(branch: Tree, children: dict[str | None, list[Resource]], parent: str | None, *, whole: bool) -> None:
    leaves: Counter[str] = Counter()
    for resource in children.get(parent, ()):
        kind = resource.type.rsplit(":", 1)[-1]
        if whole or resource.urn in children:
            below = branch.add(f"{escape(kind)} [cyan]{escape(one_line(resource.name, LONGEST))}[/]")
            _grow(below, children, resource.urn, whole=whole)
        else:
            leaves[kind] += 1
    for kind, count in sorted(leaves.items()):
        branch.add(f"{escape(kind)} [dim]x {count}[/]")


def controls(verdicts: Iterable[Verdict]) -> Table:
    """Return a row for each control with the number of each outcome; long ids are folded in a narrow terminal."""
    counts: dict[str, Counter[Outcome]] = {}
    severities: dict[str, str] = {}
    for verdict in verdicts:
        counts.setdefault(verdict.control.id, Counter())[verdict.outcome] += 1
        severities[verdict.control.id] = verdict.control.severity
    shown = [outcome for outcome in Outcome if any(count[outcome] for count in counts.values())]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("control", overflow="fold")
    table.add_column("severity", overflow="fold")
    for outcome in shown:
        table.add_column(outcome, justify="right", style=STYLES[outcome], overflow="fold")
    for control_id in sorted(counts):
        numbers = (str(counts[control_id][outcome] or "") for outcome in shown)
        table.add_row(control_id, severities[control_id], *numbers)
    return table
