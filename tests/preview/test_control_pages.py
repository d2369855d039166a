"""`list` and `explain`: every control can be found and read in the terminal."""

import subprocess
import sys
from pathlib import Path

import pytest

from components.errors import UserError
from policies.catalogue import all_controls
from policies.model import Severity
from preview import control_pages, output
from preview.commands import catalogue
from preview.control_pages import Area
from preview.formats import Layout

ROOT = Path(__file__).parents[2]


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "preview", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_without_a_filter_every_control_is_listed() -> None:
    assert control_pages.matching(None, None, None) == list(all_controls())


def test_filters_hold_together() -> None:
    found = control_pages.matching(Severity.CRITICAL, Area.AWS, "cis amazon")
    assert found
    assert {each.severity for each in found} == {Severity.CRITICAL}
    assert all(Area.AWS in control_pages.areas(each) for each in found)
    assert len(found) < len(control_pages.matching(Severity.CRITICAL, Area.AWS, None))


@pytest.mark.parametrize("area", list(Area))
def test_every_area_has_controls(area: Area) -> None:
    assert control_pages.matching(None, area, None)


def test_a_framework_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(UserError, match=r"no framework is named 'ISO 9'; there are .*CIS"):
        control_pages.matching(None, None, "ISO 9")


def test_every_control_has_a_whole_page() -> None:
    for control in all_controls():
        page = dict(control_pages.explained(control))
        assert page["why"] == (control.why,)
        assert page["fix"] == (control.fix,)
        assert page["source"] == (control.url,)


def test_explain_tells_why_the_fix_and_the_benchmarks() -> None:
    done = command("explain", "namespace-default-deny")
    assert done.returncode == 0, done.stderr
    for heading in ("passes where", "why", "fix", "judges", "answers", "source"):
        assert f"\n{heading}\n" in done.stdout
    assert "NSA" in done.stdout


@pytest.mark.parametrize("typed", ["namespace-default-denied", "NAMESPACE-DEFAULT-DENY"])
def test_a_typing_error_in_an_id_is_answered_with_what_was_meant(typed: str) -> None:
    done = command("explain", typed)
    assert done.returncode == 2
    assert "did you mean namespace-default-deny" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_list_gives_each_control_one_line() -> None:
    done = command("list", "--area", "kubernetes", "--severity", "critical")
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("workload-not-privileged ")]
    assert "critical" in line


@pytest.mark.parametrize("width", [40, 60, 80])
def test_in_a_narrow_terminal_nothing_of_the_list_is_cut_off(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(output, "layout", lambda _: Layout(width=width, whole_lines=False))
    catalogue.list_controls(severity=Severity.CRITICAL, area=None, framework=None)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width
    assert not any("…" in line for line in lines)
    assert sum(" critical " in line for line in lines) > 10, "no column is squeezed away"
