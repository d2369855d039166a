"""Completion as bash asks for it."""

import subprocess
import sys
from pathlib import Path

import pytest

from components import stack_file
from policies.catalogue import all_controls
from preview import completion
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
