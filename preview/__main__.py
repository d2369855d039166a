"""`python -m preview`: the verdict on a stack, without engine, cluster, cloud or login."""

import io
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from components import stack_file
from components.errors import UserError
from components.existing.kubeconfig import IN_CLUSTER
from policies import baselines, clock, waivers
from policies.control_file import NEWEST
from policies.environment import controls_of, environment_of

from . import ROOT, audit, baseline, docs, json_report, text
from .cluster_objects import STACK
from .collect import recordings
from .commands import catalogue
from .program import ProgramError, Recording
from .result import ExitCode, StackResult, failed, judged

app = typer.Typer(add_completion=False, no_args_is_help=False, pretty_exceptions_enable=False)


_COMMANDS = ("audit", "baseline", "docs", "explain", "list", "run", "--help")


class Format(StrEnum):
    """Formats of the report."""

    TEXT = "text"
    JSON = "json"


@app.command()
def run(
    stacks: Annotated[list[str] | None, typer.Argument(help="Stacks to preview; all by default.")] = None,
    format_: Annotated[Format, typer.Option("--format", help="Format of the report.")] = Format.TEXT,
    output: Annotated[Path | None, typer.Option(help="File to write the report to.")] = None,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Deny what is not known yet as well (for CI).")] = False,
    together: Annotated[bool, typer.Option("--together", help="Read the stacks as one environment.")] = False,
) -> None:
    """Preview stacks: resources, verdicts, waivers. Exit code 0 allowed, 1 denied, 2 bad input, 3 our bug."""
    results = preview(stacks or [], strict=strict, together=together)
    _publish(_rendered(results, format_, output), output)
    raise typer.Exit(max((result.exit_code for result in results), default=ExitCode.ALLOWED))


@app.command("audit")
def run_audit(
    kubeconfig: Annotated[Path | None, typer.Option(help="Kubeconfig of the cluster.")] = None,
    stack: Annotated[str | None, typer.Option(help="Stack whose lists and Kubernetes minor hold.")] = None,
    parameter: Annotated[list[str] | None, typer.Option(help="A list instead of the stack's: NAME=ITEM,ITEM.")] = None,
    kubernetes: Annotated[str | None, typer.Option(help="Kubernetes minor instead of the stack's: 1.36.")] = None,
    context: Annotated[str | None, typer.Option(help="Context to use instead of the current one.")] = None,
    format_: Annotated[Format, typer.Option("--format", help="Format of the report.")] = Format.TEXT,
    output: Annotated[Path | None, typer.Option(help="File to write the report to.")] = None,
    *,
    in_cluster: Annotated[bool, typer.Option("--in-cluster", help="Use the pod's service account instead.")] = False,
    include_system: Annotated[bool, typer.Option("--include-system", help="Judge Kubernetes itself as well.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Deny what could not be judged as well.")] = False,
) -> None:
    """Judge what runs in a cluster. Exit code 0 clean, 1 findings or not all could be read, 2 bad input, 3 our bug."""
    if (kubeconfig is None) is not in_cluster:
        raise UserError("give one of --kubeconfig FILE and --in-cluster")
    told = environment_of(stack) if stack else None
    parameters = audit.parameters_of(parameter or [], told.lists if told else None)
    minor = audit.minor_of(kubernetes) if kubernetes else told.minor if told else NEWEST
    server, get = audit.connect(IN_CLUSTER if kubeconfig is None else _kubeconfig(kubeconfig), context)
    today = clock.today()
    accepted = waivers.load(waivers.FILE, today)
    found = audit.run(
        server, get, parameters, accepted, today, minor=minor, include_system=include_system, strict=strict
    )
    if format_ is Format.JSON:
        report = audit.render(found)
    else:
        report = _written(lambda console: audit.write(found, console), output)
    _publish(report, output)
    raise typer.Exit(found.result.exit_code)


def _kubeconfig(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"the kubeconfig {file} can't be read: {getattr(error, 'strerror', 'it is no text')}") from None


@app.command("baseline")
def write_baseline(
    stacks: Annotated[list[str], typer.Argument(help="Stacks whose violations may stay for a time.")],
    owner: Annotated[str | None, typer.Option(help="Who fixes them; required for a stack without a baseline.")] = None,
    days: Annotated[int | None, typer.Option(help="Days that they may stay; 90 for a new baseline.")] = None,
) -> None:
    """Write the mandatory violations of today to stacks/baseline.yaml: they warn, and new ones deny."""
    today = clock.today()
    before = baselines.load(baselines.FILE, today, stack_file.names(ROOT / "stacks"))
    results = preview(list(dict.fromkeys(stacks)), strict=False)
    content, lines = baseline.written(results, before, today, owner=owner, days=days)
    _publish(content, baselines.FILE)
    for line in lines:
        typer.echo(line)


@app.command("docs")
def write_docs(
    *, check: Annotated[bool, typer.Option("--check", help="Only say which files are out of date.")] = False
) -> None:
    """Write the generated files: catalogue, settings table, schemas, Pulumi.yaml."""
    stale = docs.stale_files()
    for file, content in stale.items():
        typer.echo(f"{'out of date' if check else 'written'}: {file.relative_to(ROOT)}")
        if not check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
    if check and stale:
        raise UserError("generated files are out of date; run 'make docs' and commit them")


app.command("list")(catalogue.list_controls)
app.command("explain")(catalogue.explain)


def preview(names: Sequence[str], *, strict: bool, together: bool = False) -> list[StackResult]:
    """Return the result of each stack, or one result for all of them read together."""
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


def _rendered(results: Sequence[StackResult], format_: Format, output: Path | None) -> str:
    if format_ is Format.JSON:
        return json_report.render(results)
    return _written(lambda console: text.write(results, console), output)


def _written(write: Callable[[Console], None], output: Path | None) -> str:
    buffer = io.StringIO()
    to_terminal = output is None and sys.stdout.isatty()
    width = None if to_terminal else 120
    console = Console(file=buffer, force_terminal=to_terminal or None, width=width, highlight=False)
    write(console)
    return buffer.getvalue()


def _publish(report: str, output: Path | None) -> None:
    """Print the report, or put it in place whole: a half-written file never has the final name."""
    if output is None:
        sys.stdout.write(report)
        return
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=output.parent, delete=False) as part:
            part.write(report)
        Path(part.name).chmod(0o644)
        Path(part.name).replace(output)
    except OSError as error:
        raise UserError(f"the report can't be written to {output}: {error.strerror}") from None


def main() -> None:
    """Run the command line; `python -m preview local` is short for `python -m preview run local`."""
    arguments = sys.argv[1:]
    if not arguments or arguments[0] not in _COMMANDS:
        arguments = ["run", *arguments]
    try:
        app(arguments, prog_name="python -m preview")
    except UserError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(ExitCode.BAD_CONFIGURATION)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.ALLOWED)
    except Exception:
        traceback.print_exc()
        sys.exit(ExitCode.OUR_BUG)


if __name__ == "__main__":
    main()
