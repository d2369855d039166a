"""How a report is laid out where it goes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from components.errors import UserError
from preview import ROOT, output


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Standard output as a terminal of 100 columns."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return monkeypatch


@pytest.mark.parametrize(("columns", "width"), [("100", 100), ("12", 40), ("400", 200)])
def test_a_terminal_has_its_width_within_limits(terminal: pytest.MonkeyPatch, columns: str, width: int) -> None:
    terminal.setenv("COLUMNS", columns)
    layout = output.layout(None)
    assert (layout.width, layout.whole_lines, layout.colour) == (width, False, True)


@pytest.mark.parametrize(("value", "colour"), [("1", False), ("", True)])
def test_no_color_is_heard_where_it_is_not_empty(terminal: pytest.MonkeyPatch, value: str, colour: bool) -> None:
    terminal.setenv("NO_COLOR", value)
    assert output.layout(None).colour is colour


def test_a_file_and_a_pipe_have_whole_lines_and_no_colour(terminal: pytest.MonkeyPatch) -> None:
    assert output.layout(Path("report.txt")) == output.Layout()
    terminal.setattr(sys.stdout, "isatty", lambda: False)
    assert output.layout(None, quiet=True) == output.Layout(quiet=True)


def test_a_terminal_that_does_not_tell_its_size_has_the_usual_one(terminal: pytest.MonkeyPatch) -> None:
    terminal.delenv("COLUMNS")
    terminal.setattr(os, "get_terminal_size", lambda *_: (_ for _ in ()).throw(OSError))
    assert output.layout(None).width == 80


def test_a_report_takes_the_place_of_the_one_before_also_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "report").write_text("before, and longer")
    (tmp_path / "link").symlink_to("report")
    output.publish("after", tmp_path / "link")
    assert (tmp_path / "report").read_text() == "after"
    assert (tmp_path / "link").is_symlink()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link", "report"]


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    output.publish("report", pipe)
    assert os.read(reader, 100) == b"report"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_pipe_that_the_shell_names_by_its_number_is_written_to() -> None:
    reader, writer = os.pipe()
    output.publish("report", Path(f"/dev/fd/{writer}"))
    assert os.read(reader, 100) == b"report"
    os.close(reader)
    os.close(writer)


def test_a_report_that_can_not_be_put_in_place_leaves_the_one_before_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "report").write_text("before")
    monkeypatch.setattr(Path, "chmod", full)
    with pytest.raises(UserError, match="No space left on device"):
        output.publish("after", tmp_path / "report")
    assert (tmp_path / "report").read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["report"]


def test_ctrl_c_while_a_report_is_written_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / "report").write_text("before")
    monkeypatch.setattr(Path, "chmod", interrupted)
    with pytest.raises(KeyboardInterrupt):
        output.publish("after", tmp_path / "report")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("report", "before")]


def test_half_a_character_in_a_name_is_written_as_what_it_is(tmp_path: Path) -> None:
    output.publish("a\ud800b", tmp_path / "report")
    assert (tmp_path / "report").read_text() == "a\\ud800b"


def printed(stdout: int, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Print a report of some length in a process of its own, which then ends with code 1, as one that denies."""
    code = "from preview import output; output.publish('─' * 100_000, None); raise SystemExit(1)"
    return subprocess.run(
        [sys.executable, "-c", code],
        stdout=stdout,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_report_is_utf_8_whatever_the_locale_says(encoding: str) -> None:
    done = printed(subprocess.PIPE, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout == "─".encode() * 100_000


def test_a_reader_that_goes_away_changes_nothing_about_the_verdict() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = printed(writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


def test_standard_output_that_is_full_is_told_in_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        done = printed(full.fileno())
    assert done.stderr.endswith(b"UserError: the report can't be written to standard output: No space left on device\n")


def test_no_standard_output_at_all_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(UserError, match="there is no standard output"):
        output.publish("report", None)


def test_a_folder_is_no_place_for_a_report(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Is a directory"):
        output.publish("report", tmp_path)
