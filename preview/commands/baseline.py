"""`python -m preview baseline`: let what an old stack violates warn for a time."""

from typing import Annotated

import typer

from components import stack_file
from policies import baselines, clock
from preview import ROOT, baseline, environments, output


def write_baseline(
    stacks: Annotated[list[str], typer.Argument(help="Stacks whose violations may stay for a time.")],
    owner: Annotated[str | None, typer.Option(help="Who fixes them; required for a stack without a baseline.")] = None,
    days: Annotated[int | None, typer.Option(help="Days that they may stay; 90 for a new baseline.")] = None,
) -> None:
    """Write the mandatory violations of today to stacks/baseline.yaml: they warn, and new ones deny."""
    today = clock.today()
    before = baselines.load(baselines.FILE, today, stack_file.names(ROOT / "stacks"))
    results = environments.preview(list(dict.fromkeys(stacks)), strict=False)
    content, lines = baseline.written(results, before, today, owner=owner, days=days)
    output.publish(content, baselines.FILE)
    for line in lines:
        typer.echo(line)
