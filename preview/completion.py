"""Completion in a shell: commands, stacks, controls, options. Typer finds the answers; only the hook is ours.

`python -m preview` is no command that a shell could complete, so the hook defines one: `preview`.
"""

import os
import sys
from collections.abc import Callable, Collection
from enum import StrEnum
from pathlib import Path

import typer
from typer.completion import completion_init  # pyright: ignore[reportPrivateImportUsage] - what add_completion calls

from components import stack_file

from . import ROOT

VARIABLE = "_PREVIEW_COMPLETE"
"""Set where a shell asks instead of a person."""
_COMMAND = 1
"""Position of the command among the words."""


class Shell(StrEnum):
    """Shells that there is a hook for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


_HOOKS = {
    Shell.BASH: """\
# Completion of `preview`, for bash. Use it with: source <(python -m preview completion)
preview() {{ (cd {root} && {python} -m preview "$@"); }}
_preview() {{
  local IFS=$'\\n'
  COMPREPLY=($(cd {root} && COMP_WORDS="${{COMP_WORDS[*]}}" COMP_CWORD=$COMP_CWORD {variable}=complete_bash \\
    {python} -m preview))
}}
complete -o default -F _preview preview
""",
    Shell.ZSH: """\
# Completion of `preview`, for zsh, after compinit. Use it with: source <(python -m preview completion zsh)
preview() {{ (cd {root} && {python} -m preview "$@") }}
_preview() {{
  local -a found
  found=(${{(f)"$(cd {root} && COMP_WORDS="${{(pj:\\n:)words}}" COMP_CWORD=$((CURRENT - 1)) \\
    {variable}=complete_bash {python} -m preview)"}})
  if (( $#found )); then compadd -a found; else _files; fi
}}
compdef _preview preview
""",
    Shell.FISH: """\
# Completion of `preview`, for fish. Use it with: python -m preview completion fish | source
function preview
  sh -c 'cd "$0" && exec "$@"' {root} {python} -m preview $argv
end
function _preview
  set -l words (commandline -opc)
  set -lx COMP_CWORD (count $words)
  set -l current (commandline -ct)
  set -lx COMP_WORDS (string join \\n -- $words "$current" | string collect -N)
  set -lx {variable} complete_bash
  preview
end
complete --command preview --arguments "(_preview)"
""",
}
"""What each shell has to run; all of them ask in the same way, bash's."""


def hook(shell: Shell = Shell.BASH) -> str:
    """Return what a shell has to run."""
    quoted = _quoted_for_fish if shell is Shell.FISH else _quoted
    return _HOOKS[shell].format(root=quoted(ROOT), python=quoted(Path(sys.executable)), variable=VARIABLE)


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


def _quoted_for_fish(path: Path) -> str:
    return "'" + str(path).replace("\\", "\\\\").replace("'", "\\'") + "'"
