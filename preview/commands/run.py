"""`python -m preview STACK...`: the verdict on stacks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from components.errors import UserError
from preview import completion, environments, output
from preview.change import against as comparison
from preview.exit_code import ExitCode
from preview.formats import Format, render


def run(
    stacks: Annotated[
        list[str] | None,
        typer.Argument(help="Stacks to preview; all by default.", autocompletion=completion.stacks),
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="Format of the report.")] = Format.TEXT,
    file: Annotated[Path | None, typer.Option("--output", help="File to write the report to.")] = None,
    against: Annotated[
        str | None, typer.Option(metavar="REF", help="Tell what changes, compared with a commit.")
    ] = None,
    reports: Annotated[
        list[str] | None, typer.Option("--report", metavar="FORMAT=FILE", help="A further report, in another format.")
    ] = None,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Deny what is not known yet as well (for CI).")] = False,
    together: Annotated[bool, typer.Option("--together", help="Read the stacks as one environment.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only what is not allowed, and the conclusion.")] = False,
) -> None:
    """Preview stacks: resources, verdicts, waivers. Exit code 0 allowed, 1 denied, 2 bad input, 3 our bug.

    With --against REF also what changes: the work tree as it is, uncommitted edits included, is compared with the
    merge base of REF and HEAD, as pull requests compare. So `--against main` on a branch tells what the branch
    does and your edits with it, and `--against HEAD` your edits alone; in CI the work tree is the commit under
    test. Each side runs with its own code, from a git worktree that is removed again; nothing is fetched, and your
    files, index and stash stay as they are.
    """
    further = [_report(each) for each in reports or ()]
    _refuse_one_place_twice([*(place for _, place in further), *([file] if file else [])])
    if against is None:
        results, problem = environments.preview(stacks or [], strict=strict, together=together), None
    else:
        compared = comparison.preview(stacks or [], against, strict=strict, together=together)
        results, problem = compared.results, compared.problem
    for format_of_it, place in further:
        output.publish(render(format_of_it, results, output.layout(place)), place)
    output.publish(render(format_, results, output.layout(file, quiet=quiet)), file)
    if problem:
        raise UserError(problem)
    raise typer.Exit(max((result.exit_code for result in results), default=ExitCode.ALLOWED))


def _refuse_one_place_twice(places: Sequence[Path]) -> None:
    for place in places:
        if sum(each.resolve() == place.resolve() for each in places) > 1:
            raise UserError(f"two reports can't be written to {place}; give each a file of its own")


def _report(text: str) -> tuple[Format, Path]:
    name, _, file = text.partition("=")
    if name not in set(Format) or not file:
        raise UserError(f"--report {text}: write FORMAT=FILE, where FORMAT is one of {', '.join(Format)}")
    return Format(name), Path(file)
