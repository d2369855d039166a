"""How a report is laid out where it goes."""

import os
import sys
from pathlib import Path

import pytest

from preview import output


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
