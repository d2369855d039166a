"""`python -m preview completion`: completion in the shell."""

import sys

from preview import completion


def print_hook() -> None:
    """Print what a shell runs to complete commands, stacks and controls: source <(python -m preview completion)."""
    sys.stdout.write(completion.hook())
