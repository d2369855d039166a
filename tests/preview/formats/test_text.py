"""The report in a terminal."""

import datetime
import re

import pytest
from rich.cells import cell_len

from policies.model import Enforcement, Outcome, Severity, Verdict, Waiver
from preview.change.model import Change, Presence
from preview.exit_code import ExitCode
from preview.formats import Layout
from preview.formats.text import render
from preview.result import failed
from tests.preview.formats.results import change, control, hostile, result, verdict

FILE = Layout()
END = datetime.date(2027, 1, 31)


@pytest.mark.parametrize("width", [40, 41, 80, 120, 200])
@pytest.mark.parametrize(
    "text", ["a" * 300, "some words " * 40, "kubernetes:core/v1:Namespace::" + "x" * 90, "日本" * 60]
)
def test_no_line_is_wider_than_the_terminal(width: int, text: str) -> None:
    report = render([hostile(text), hostile(text)], Layout(width=width, whole_lines=False))
    assert max(cell_len(line) for line in report.splitlines()) <= width
    assert "a-control" in report


def test_a_broken_line_keeps_its_indent() -> None:
    report = render([result(verdict("web", Outcome.FAIL, "word " * 30))], Layout(width=40, whole_lines=False))
    below = [line for line in report.splitlines() if "word" in line]
    assert len(below) > 3
    assert all(line.startswith("  word") for line in below)


def test_a_file_has_whole_lines() -> None:
    assert f"  {'word ' * 40}fin" in render([result(verdict("web", Outcome.FAIL, "word " * 40 + "fin"))], FILE)


def test_failures_come_first_then_changes_then_the_rest_and_the_conclusion_last() -> None:
    told = result(verdict("web", Outcome.FAIL, "must be"), verdict("web", Outcome.PASS), change=change("web"))
    report = render([told], FILE)
    places = [
        report.index(part)
        for part in ("fail a-control", "fix: Mend it.", "changes against", "severity", "1 resources\n", "prod: denied")
    ]
    assert places == sorted(places)


def test_what_denies_comes_before_advice_and_the_severest_before_the_rest() -> None:
    advice = control("advice", severity=Severity.CRITICAL, enforcement=Enforcement.ADVISORY)
    given = [
        verdict("a", Outcome.FAIL, "m", of=advice),
        verdict("a", Outcome.UNKNOWN, "m", of=control("unknown")),
        verdict("a", Outcome.FAIL, "m", of=control("low", severity=Severity.LOW)),
        verdict("a", Outcome.FAIL, "m", of=control("critical", severity=Severity.CRITICAL)),
    ]
    heads = re.findall(r"^(?:fail|unknown) (\S+)", render([result(*given)], FILE), re.MULTILINE)
    assert heads == ["critical", "low", "unknown", "advice"]


def test_the_fix_of_a_control_is_told_once() -> None:
    given = [verdict(name, Outcome.FAIL, "m") for name in ("a", "b", "c")]
    assert render([result(*given)], FILE).count("fix: Mend it.") == 1


def test_who_accepted_a_risk_is_told_once_for_all_that_it_is_about() -> None:
    def accepted(name: str, reason: str) -> Verdict:
        waiver = Waiver(control=name, stack="*", resource="*", reason=reason, owner="team-a", expires=END)
        return verdict(name, Outcome.WAIVED, "m", of=control(name), waiver=waiver)

    given = [accepted("a-control", "One risk."), accepted("between", "Another."), accepted("z-control", "One risk.")]
    report = render([result(*given)], FILE)
    lines = [line.split()[1] for line in report.splitlines() if line.startswith(("waived", "  waived"))]
    assert lines.count("by") == 2, "a line for each risk"
    heads = [each for each in lines if each != "by"]
    assert abs(heads.index("a-control") - heads.index("z-control")) == 1, "what belongs together stands together"


def test_what_the_change_brings_is_marked_as_new() -> None:
    report = render(
        [result(verdict("web", Outcome.FAIL, "m"), verdict("old", Outcome.FAIL, "m"), change=change("web"))], FILE
    )
    assert "fail a-control kubernetes:core/v1:Namespace::web new\n" in report
    assert "fail a-control kubernetes:core/v1:Namespace::old\n" in report


def test_every_kind_of_change_is_told() -> None:
    report = render([result(change=change("it"))], FILE)
    for line in (
        "changes against it (0123456789): 1 added, 1 changed, 1 replaced, 1 removed; 1 verdict worse; "
        "1 verdict better; 1 way opened; 1 way closed; 1 right gained; 1 right lost; 1 waiver changed",
        "  + Namespace it",
        "  ~ Namespace it",
        "  -/+ Namespace it replaced by it",
        "  - Namespace it",
        "      it: it -> absent",
        "  worse a-control kubernetes:core/v1:Namespace::it: pass -> fail",
        "  opened it -> it it",
        "  closed it -> it it",
        "  gained it in it",
        "      dangerous: it",
        "  lost it in it",
        "  waiver extended: a-control for it, 2027-01-01 -> 2027-02-01",
        "      it: it",
    ):
        assert f"{line}\n" in report


def test_a_long_list_is_cut_and_says_so() -> None:
    assert "  ... 75 more like this; --format json has them all" in render([result(change=change("it", 100))], FILE)


def test_quiet_tells_what_is_not_allowed_and_the_conclusion_alone() -> None:
    told = result(
        verdict("web", Outcome.FAIL, "must be"),
        verdict("web", Outcome.UNKNOWN, "m", of=control("unknown")),
        verdict("web", Outcome.PASS, of=control("passes")),
        change=change("web"),
    )
    report = render([told, result(verdict("web", Outcome.PASS), name="dev")], Layout(quiet=True))
    assert report.splitlines() == [
        "fail a-control kubernetes:core/v1:Namespace::web new",
        "  must be",
        "  fix: Mend it.",
        "prod: denied (1 resources; 1 pass, 1 fail, 1 unknown)",
        "dev: allowed (1 resources; 1 pass)",
    ]


def test_quiet_still_tells_why_there_is_no_verdict() -> None:
    report = render([failed("dev", ValueError("it broke\n  here"), ExitCode.OUR_BUG)], Layout(quiet=True))
    assert report == "error: it broke\n  here\ndev: not previewed\n"


def test_nothing_to_say_is_a_conclusion() -> None:
    assert "prod: allowed (0 resources; no verdict)" in render([result()], FILE)


def test_a_removed_stack_and_one_that_was_broken_before_say_so() -> None:
    gone = result(change=Change(ref="main", commit="0123456789", presence=Presence.REMOVED))
    assert "prod: removed" in render([gone], FILE)
    mended = Change(ref="main", commit="0123456789", presence=Presence.BROKEN_BEFORE, problem="owner: missing")
    report = render([result(change=mended)], FILE)
    assert "it could not be previewed before" in report
    assert "not compared: owner: missing" in report


def test_colours_are_for_terminals_alone() -> None:
    told = result(verdict("web", Outcome.FAIL, "m"), change=change("it"))
    assert "\x1b[" in render([told], Layout(colour=True, whole_lines=False))
    assert "\x1b" not in render([told], FILE)
    assert "\x1b" not in render([told], Layout(whole_lines=False))


@pytest.mark.parametrize("text", ["[bold]x[/]", "[/]", "[link=https://evil.example]x", ":smile:"])
def test_a_text_of_others_is_no_markup(text: str) -> None:
    assert f"fail a-control kubernetes:core/v1:Namespace::{text}" in render([hostile(text)], FILE)


def test_a_text_of_others_does_not_act_on_the_terminal() -> None:
    report = render([hostile("\x1b]0;title\x07\x1b[2J\u202e")], Layout(whole_lines=False))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e]", report)
