"""The other side's process: what it answers, and that it ends."""

import os
import select
from pathlib import Path

import pytest

from preview.change import other_side
from preview.change.other_side import NotComparableError
from preview.change.snapshot import Request, Snapshot, Snapshots

REQUEST = Request(stacks=("a",), strict=False, together=False, key="00")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose side a test writes."""
    folder = tmp_path / "preview" / "change"
    folder.mkdir(parents=True)
    for package in (folder, folder.parent):
        (package / "__init__.py").touch()
    return tmp_path


def side(project: Path, program: str) -> None:
    (project / "preview" / "change" / "side.py").write_text(program)


def answer(project: Path) -> tuple[Snapshot, ...]:
    with other_side.asked(project, REQUEST) as asked:
        return asked()


def test_it_is_given_the_request_and_its_answer_is_read(project: Path) -> None:
    snapshot = Snapshot(name="a", error=None, resources=(), controls=(), verdicts=(), waivers=())
    given = Snapshots(version=1, snapshots=(snapshot,)).model_dump_json()
    side(project, f"import sys\nassert sys.stdin.read() == {REQUEST.model_dump_json()!r}\nprint({given!r})")
    assert answer(project) == (snapshot,)


def test_a_later_revision_may_say_more(project: Path) -> None:
    side(project, """print('{"version": 1, "snapshots": [], "more": 1}')""")
    assert answer(project) == ()


@pytest.mark.parametrize("told", ['{"version": 99, "snapshots": []}', '{"version": 1}', "", "hello"])
def test_another_form_is_not_compared(project: Path, told: str) -> None:
    side(project, f"print({told!r})")
    with pytest.raises(NotComparableError, match="a form that this revision doesn't read"):
        answer(project)


def test_a_side_that_breaks_tells_why_in_one_line(project: Path) -> None:
    side(project, "import a_package_that_nobody_has")
    with pytest.raises(NotComparableError, match=r"^it can't be previewed: ModuleNotFoundError: No module named"):
        answer(project)


def test_a_side_that_is_older_than_the_comparison_is_not_started(project: Path) -> None:
    with pytest.raises(NotComparableError, match="older than the comparison"):
        answer(project)


def test_it_does_not_outlive_the_preview_nor_do_the_processes_that_it_starts(project: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    side(project, f"import subprocess, sys\nsubprocess.run(['sh', '-c', 'echo $$ > {pipe}; exec sleep 600'])")
    with other_side.asked(project, REQUEST):
        started = os.pidfd_open(int(pipe.read_text()))
    ended, _, _ = select.select([started], [], [], 60)  # killed is not yet gone, on a busy machine
    os.close(started)
    assert ended
