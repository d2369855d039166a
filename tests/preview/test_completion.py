"""Completion as bash asks for it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from components import stack_file
from policies.catalogue import all_controls
from preview import completion
from preview.completion import Shell
from tests.preview.test_command import ROOT, preview


def complete(*words: str) -> list[str]:
    done = preview(
        ROOT,
        COMP_WORDS="\n".join(["preview", *words]),
        COMP_CWORD=str(len(words)),
        _PREVIEW_COMPLETE="complete_bash",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["ex"], ["explain"]),
        (["local-t"], ["local-tenants"]),
        (["local", "local-c"], ["local-cluster"]),
        (["run", "local-t"], ["local-tenants"]),
        (["local", "--str"], ["--strict"]),
        (["explain", "namespace-default-d"], ["namespace-default-deny"]),
        (["new", "x", "--cloud", "aw"], ["aws"]),
        (["nothing-begins-so"], []),
    ],
)
def test_a_word_is_completed(words: list[str], found: list[str]) -> None:
    assert complete(*words) == found


def test_the_first_word_can_be_a_command_or_a_stack() -> None:
    assert {"new", "explain", *stack_file.names(ROOT / "stacks")} <= set(complete(""))


def test_the_files_of_the_catalogue_name_every_control() -> None:
    assert completion.controls("") == [control.id for control in all_controls()]


def test_bash_can_run_the_hook_in_a_folder_with_a_strange_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "it's a $HOME"
    (folder / "preview").mkdir(parents=True)
    (folder / "preview" / "__main__.py").write_text("print('one'); print('two words')\n")
    monkeypatch.setattr(completion, "ROOT", folder)
    script = completion.hook() + '\nCOMP_WORDS=(preview x); COMP_CWORD=1; _preview; printf "%s|" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("one|two words|", "")
    assert str(Path(sys.executable)) in script


STAND_INS = {
    Shell.ZSH: """
compdef() {{ : }}
compadd() {{ print -rl -- "${{found[@]}}" }}
_files() {{ print no answer }}
{hook}
words=(preview {word}); CURRENT=2; _preview
""",
    Shell.FISH: """
function commandline
  if test $argv[1] = -opc; echo preview; else; echo {word}; end
end
{hook}
_preview
""",
}
"""What the shells' own completion calls, said instead of done."""


@pytest.mark.parametrize("shell", STAND_INS)
@pytest.mark.parametrize(("word", "found"), [("local-t", ["local-tenants"]), ("''", ["explain", "local"])])
def test_the_other_shells_ask_as_bash_does(shell: Shell, word: str, found: list[str]) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} on PATH; install it: apt-get install {shell}")
    script = STAND_INS[shell].format(hook=completion.hook(shell), word=word)
    done = subprocess.run([shell, "-c", script], capture_output=True, text=True, check=False)
    assert set(found) <= set(done.stdout.split()), done.stderr
    assert done.stderr == ""


def test_a_shell_without_a_hook_is_refused_and_those_with_one_are_named() -> None:
    assert preview(ROOT, "completion", "fish").stdout == completion.hook(Shell.FISH)
    assert preview(ROOT, "completion").stdout == completion.hook()
    done = preview(ROOT, "completion", "tcsh")
    assert done.returncode == 2
    assert "fish" in done.stderr


def test_fish_reads_the_quotes_of_a_strange_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completion, "ROOT", Path("/it's a \\ folder"))
    assert r"'/it\'s a \\ folder'" in completion.hook(Shell.FISH)
