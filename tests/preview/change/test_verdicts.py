"""Verdicts that got worse or better, and waivers that came, went and were extended."""

import dataclasses
import datetime
import itertools

import pytest

from policies.model import Control, Enforcement, Outcome, Resource, Severity, Verdict, Waiver
from preview.change import snapshot, verdicts
from preview.change.model import VerdictChange, WaiverAction
from preview.change.snapshot import RecordedWaiver, Snapshot
from preview.result import Report, StackResult
from tests.preview.change.sides import KEY, made

CONTROL = Control(
    id="a-control",
    title="It is fine",
    severity=Severity.HIGH,
    why="It matters.",
    fix="Mend it.",
    url="https://example.com",
    types=("t",),
)
IT = made("t", "it", {})


def verdict(outcome: Outcome, *messages: str, control: Control = CONTROL, resource: Resource = IT) -> Verdict:
    return Verdict(control=control, resource=resource, outcome=outcome, messages=messages)


def side(*given: Verdict, resources: tuple[Resource, ...] = (IT,)) -> Snapshot:
    report = Report(verdicts=given, waiver_problems=())
    return snapshot.of(StackResult(name="test", resources=resources, report=report), (), ["test"], KEY)


def compared(before: Snapshot, after: Snapshot) -> tuple[list[VerdictChange], list[VerdictChange]]:
    worse, better = verdicts.compare(before, after)
    return list(worse), list(better)


ORDER = [Outcome.PASS, Outcome.WAIVED, Outcome.EXISTING, Outcome.UNKNOWN, Outcome.FAIL, Outcome.ERROR]


@pytest.mark.parametrize(("good", "bad"), list(itertools.pairwise(ORDER)))
def test_each_outcome_is_worse_than_the_one_before(good: Outcome, bad: Outcome) -> None:
    before, after = side(verdict(good, "m")), side(verdict(bad, "m"))
    ((worse,), nothing) = compared(before, after)
    assert (worse.before, worse.after, nothing) == (good.value, bad.value, [])
    (nothing, (better,)) = compared(after, before)
    assert (better.before, better.after, nothing) == (bad.value, good.value, [])


def test_what_is_not_applicable_is_as_good_as_a_pass() -> None:
    assert compared(side(verdict(Outcome.PASS)), side(verdict(Outcome.NOT_APPLICABLE, "why"))) == ([], [])


def test_a_failure_of_a_new_resource_was_nothing_before() -> None:
    ((worse,), _) = compared(side(resources=()), side(verdict(Outcome.FAIL, "m")))
    assert (worse.before, worse.after, worse.denies) == (None, "fail", True)


def test_a_failure_by_a_new_control_was_nothing_before() -> None:
    ((worse,), _) = compared(side(), side(verdict(Outcome.FAIL, "m")))
    assert worse.before is None


def test_a_failure_that_goes_with_its_resource_is_better() -> None:
    (_, (better,)) = compared(side(verdict(Outcome.FAIL, "m")), side(resources=()))
    assert (better.before, better.after) == ("fail", None)


def test_a_failure_that_says_more_than_before_is_worse_by_what_is_new() -> None:
    ((worse,), better) = compared(side(verdict(Outcome.FAIL, "old")), side(verdict(Outcome.FAIL, "old", "new")))
    assert worse.messages == ("new",)
    assert better == []


def test_the_same_failure_is_neither() -> None:
    assert compared(side(verdict(Outcome.FAIL, "m")), side(verdict(Outcome.FAIL, "m"))) == ([], [])


def test_what_denies_comes_first_then_the_severest() -> None:
    def control(name: str, severity: Severity, enforcement: Enforcement) -> Control:
        return dataclasses.replace(CONTROL, id=name, severity=severity, enforcement=enforcement)

    controls = [
        control("low", Severity.LOW, Enforcement.MANDATORY),
        control("advice", Severity.CRITICAL, Enforcement.ADVISORY),
        control("high", Severity.HIGH, Enforcement.MANDATORY),
    ]
    worse, _ = compared(side(), side(*(verdict(Outcome.FAIL, "m", control=each) for each in controls)))
    assert [each.control for each in worse] == ["high", "low", "advice"]


def waiver(**changed: str) -> RecordedWaiver:
    told = {"control": "a", "stack": "s", "resource": "r", "reason": "because", "owner": "us", "expires": "2027-01-31"}
    return RecordedWaiver(**{**told, **changed}, cluster_object=None)


@pytest.mark.parametrize(
    ("before", "after", "action"),
    [
        ([], [waiver()], WaiverAction.ADDED),
        ([waiver()], [], WaiverAction.REMOVED),
        ([waiver()], [waiver(expires="2027-02-01")], WaiverAction.EXTENDED),
        ([waiver()], [waiver(expires="2027-01-30")], WaiverAction.SHORTENED),
        ([waiver()], [waiver(reason="another")], WaiverAction.REWORDED),
    ],
)
def test_waivers_are_compared(before: list, after: list, action: WaiverAction) -> None:
    (found,) = verdicts.compare_waivers(before, after)
    assert found.action is action


def test_a_waiver_that_stays_is_no_change() -> None:
    assert verdicts.compare_waivers([waiver()], [waiver()]) == ()


def test_only_the_waivers_of_the_stack_are_its_own() -> None:
    end = datetime.date(2027, 1, 31)
    waivers = [
        Waiver(control="a", stack=stack, resource="*", reason="because", owner="us", expires=end)
        for stack in ("prod-*", "test", "other")
    ]
    taken = snapshot.of(StackResult(name="test"), waivers, ["test"], KEY)
    assert [each.stack for each in taken.waivers] == ["test"]
