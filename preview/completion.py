"""Completion in a shell: commands, stacks, controls, options. Typer finds the answers; only the hook is ours.

`python -m preview` is no command that a shell could complete, so the hook defines one: `preview`.
"""

import os
import sys
from collections.abc import Callable, Collection
from pathlib import Path

import typer
from typer.completion import completion_init  # pyright: ignore[reportPrivateImportUsage] - what add_completion calls

from components import stack_file

from . import ROOT

VARIABLE = "_PREVIEW_COMPLETE"
"""Set where a shell asks instead of a person."""
_COMMAND = 1
"""Position of the command among the words."""
_HOOK = """\
# Completion of `preview`, for bash; zsh needs `autoload -U bashcompinit; bashcompinit` before it.
# Use it with: source <(python -m preview completion)
preview() {{ (cd {root} && {python} -m preview "$@"); }}
_preview() {{
  local IFS=$'\\n'
  COMPREPLY=($(cd {root} && COMP_WORDS="${{COMP_WORDS[*]}}" COMP_CWORD=$COMP_CWORD {variable}=complete_bash \\
    {python} -m preview))
}}
complete -o default -F _preview preview
"""


def hook() -> str:
    """Return what a shell has to run."""
    return _HOOK.format(root=_quoted(ROOT), python=_quoted(Path(sys.executable)), variable=VARIABLE)


def answer(commands: Collection[str], app: Callable[[Collection[str]], typer.Typer]) -> None:
    """Write the words that the one under the cursor can become, a line each."""
    words = os.environ["COMP_WORDS"].split("\n" if "\n" in os.environ["COMP_WORDS"] else None)
    position = int(os.environ["COMP_CWORD"])
    if position == _COMMAND:
        begun = words[_COMMAND] if len(words) > _COMMAND else ""
        sys.stdout.writelines(f"{each}\n" for each in (*commands, *stacks(begun)) if each.startswith(begun))
        return
    if words[_COMMAND] not in commands:  # a bare stack name
        words, position = [words[0], "run", *words[1:]], position + 1
    os.environ |= {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(position)}
    completion_init()
    # Of two commands, the group stays one: Typer makes a single command the whole program.
    app(dict.fromkeys((words[_COMMAND], "changed")))(prog_name="preview", complete_var=VARIABLE)


def stacks(incomplete: str) -> list[str]:
    """Return the stacks whose name begins so."""
    return [name for name in stack_file.names(ROOT / "stacks") if name.startswith(incomplete)]


def controls(incomplete: str) -> list[str]:
    """Return the controls whose id begins so, from the names of their files: nothing is loaded for it."""
    files = (ROOT / "policies" / "controls").glob("*/*")
    ids = (file.stem.replace("_", "-") for file in files if file.suffix in (".py", ".yaml"))
    return sorted(each for each in ids if each.startswith(incomplete) and not each.startswith("-"))


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "'\\''") + "'"
