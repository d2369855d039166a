"""Every control against its fixtures: what passes, what fails, what absence and unknowns mean."""

from collections import defaultdict

import pytest

from components import clock
from policies.catalogue import all_controls
from policies.evaluate import evaluate
from policies.model import Outcome
from tests.policies.fixtures import PARAMETERS, TODAY, Case, cases

CASES = list(cases())
CONTROLS = {control.id: control for control in all_controls(PARAMETERS)}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.control}: {case.name}")
def test_a_control_judges_its_fixture_as_expected(case: Case) -> None:
    report = evaluate(case.resources, (), TODAY, [CONTROLS[case.control]])
    verdicts = [verdict for verdict in report.verdicts if verdict.resource is case.resources[0]]
    assert [verdict.outcome for verdict in verdicts] == [case.expect], verdicts
    if case.expect is Outcome.FAIL:
        assert all(verdicts[0].messages), "a failure says what is wrong"


def test_every_control_has_fixtures_and_every_fixture_has_a_control() -> None:
    assert {case.control for case in CASES} == set(CONTROLS)


@pytest.mark.parametrize("control_id", sorted(CONTROLS))
def test_every_control_is_shown_passing_failing_unknown_and_absent(control_id: str) -> None:
    own = [case for case in CASES if case.control == control_id]
    shown: dict[Outcome, list[str]] = defaultdict(list)
    for case in own:
        shown[case.expect].append(case.name)
    assert shown[Outcome.PASS]
    assert shown[Outcome.FAIL]
    assert shown[Outcome.UNKNOWN]
    assert any("absent" in case.name for case in own), "absence must have a meaning"


@pytest.mark.parametrize("control_id", sorted(CONTROLS))
def test_every_control_explains_itself(control_id: str) -> None:
    control = CONTROLS[control_id]
    assert control.why.endswith(".")
    assert control.fix.endswith(".")
    assert control.url.startswith("https://")
    assert not control.title.endswith(".")
    assert control.types
