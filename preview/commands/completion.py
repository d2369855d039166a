"""`python -m preview completion`: completion in the shell."""

from typing import Annotated

import typer

from preview import completion, output
from preview.completion import Shell


def print_hook(
    shell: Annotated[Shell, typer.Argument(help="The shell that runs it.")] = Shell.BASH,
) -> None:
    """Print what a shell runs to complete commands, stacks and controls: source <(python -m preview completion)."""
    output.publish(completion.hook(shell), None)
