"""JUnit XML as a CI system reads it."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, strategies

from policies.model import Enforcement, Outcome
from preview.exit_code import ExitCode
from preview.formats import junit
from preview.result import StackResult
from tests.preview.verdicts import control, resource, result, verdict


def suite(found: StackResult) -> ET.Element:
    (only,) = ET.fromstring(junit.render([found]))  # noqa: S314 - our own document
    return only


@pytest.mark.parametrize(
    ("outcome", "enforcement", "strict", "element"),
    [
        (Outcome.PASS, Enforcement.MANDATORY, False, None),
        (Outcome.FAIL, Enforcement.MANDATORY, False, "failure"),
        (Outcome.FAIL, Enforcement.ADVISORY, False, "skipped"),
        (Outcome.UNKNOWN, Enforcement.MANDATORY, False, "skipped"),
        (Outcome.UNKNOWN, Enforcement.MANDATORY, True, "failure"),
        (Outcome.NOT_APPLICABLE, Enforcement.MANDATORY, True, "skipped"),
        (Outcome.WAIVED, Enforcement.MANDATORY, True, "skipped"),
        (Outcome.EXISTING, Enforcement.MANDATORY, True, "skipped"),
        (Outcome.ERROR, Enforcement.ADVISORY, False, "error"),
    ],
)
def test_only_a_pass_passes_and_only_what_denies_fails(
    outcome: Outcome, enforcement: Enforcement, element: str | None, *, strict: bool
) -> None:
    found = suite(result([verdict(outcome, control(enforcement=enforcement))], strict=strict))
    (case,) = found
    assert [each.tag for each in case] == ([element] if element else [])
    assert case.get("classname") == "some-control"
    assert found.get("tests") == "1"
    totals = {"failure": "failures", "error": "errors", "skipped": "skipped"}
    assert {name: found.get(name) for name in totals.values()} == {
        name: "1" if kind == element else "0" for kind, name in totals.items()
    }


def test_a_failure_tells_what_is_wrong_and_how_to_fix_it() -> None:
    (case,) = suite(result([verdict(Outcome.FAIL)]))
    assert case[0].text == "access must be private\nfix: Set cluster.endpoint.access."


def test_a_stack_that_can_not_be_previewed_is_an_error_of_its_suite() -> None:
    found = suite(StackResult(name="dev", error="no such key", exit_code=ExitCode.BAD_CONFIGURATION))
    assert found.get("errors") == "1"
    assert found[0][0].text == "no such key"


@given(name=strategies.text())
def test_any_name_and_any_message_make_valid_xml(name: str) -> None:
    (case,) = suite(result([verdict(Outcome.FAIL, None, resource(name), name)]))
    assert case.find("failure") is not None
    if name.isascii() and name.isprintable():
        assert case.get("name") == f"example:index:Thing::{name}"
