"""`python -m preview`: the verdict on a stack, without engine, cluster, cloud or login."""

import gc
import importlib
import os
import sys
import traceback
from collections.abc import Iterable

import typer

from components.errors import UserError

from . import completion, lean_sdk
from .exit_code import ExitCode

_COMMANDS = {
    "run": ("run", "run"),
    "audit": ("audit", "run_audit"),
    "baseline": ("baseline", "write_baseline"),
    "changed": ("changed", "list_changed"),
    "completion": ("completion", "print_hook"),
    "docs": ("docs", "write_docs"),
    "gate": ("gate", "run_gate"),
    "explain": ("catalogue", "explain"),
    "list": ("catalogue", "list_controls"),
    "new": ("new", "new"),
    "rehearse": ("rehearse", "rehearse"),
}
"""Module in preview/commands and function of each command."""
_INTERRUPTED = 130
"""What shells say of a program that Ctrl-C ended, and what Typer ends a command with."""


def _app(commands: Iterable[str]) -> typer.Typer:
    """Return the command line with some commands: only their modules are imported."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.callback()(_preview)
    for command in commands:
        module, function = _COMMANDS[command]
        app.command(command)(getattr(importlib.import_module(f"preview.commands.{module}"), function))
    return app


def _preview() -> None:
    """Preview stacks without engine, cluster, cloud or login; `run` is what a bare stack name means."""


def main() -> None:
    """Run the command line; `python -m preview local` is short for `python -m preview run local`."""
    # The process ends in seconds; looking for cycles meanwhile would take a sixth of them and free next to nothing.
    gc.disable()
    lean_sdk.install()
    if completion.VARIABLE in os.environ:
        completion.answer(_COMMANDS, _app)
        return
    arguments = sys.argv[1:]
    if not arguments or arguments[0] not in (*_COMMANDS, "--help"):
        arguments = ["run", *arguments]
    try:
        _app(_COMMANDS if arguments[0] == "--help" else arguments[:1])(arguments, prog_name="python -m preview")
    except UserError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(ExitCode.BAD_CONFIGURATION)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.ALLOWED)
    except Exception:
        traceback.print_exc()
        sys.exit(ExitCode.OUR_BUG)


if __name__ == "__main__":
    main()
