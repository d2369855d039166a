"""Verdicts: unknown and broken never pass, and a waiver covers only what it names, until it ends."""

import datetime
from collections.abc import Iterator
from dataclasses import replace

import pytest

from policies.control import NotApplicableError
from policies.evaluate import evaluate
from policies.model import Control, Enforcement, Finding, Outcome, Resource, Severity, Stack, Verdict, Waiver
from policies.values import UNKNOWN, Props
from tests.policies.fixtures import resource

TODAY = datetime.date(2026, 11, 24)
THING = "kubernetes:core/v1:Namespace"


def control(check=None, stack_check=None, enforcement=Enforcement.MANDATORY) -> Control:
    return Control(
        id="test-control",
        title="Things are safe",
        severity=Severity.HIGH,
        why="Because.",
        fix="Do it.",
        url="https://example.org",
        types=(THING,),
        enforcement=enforcement,
        check=check,
        stack_check=stack_check,
    )


def safe(props: Props) -> Iterator[str]:
    if props.read("a", provider_default=False) is not True:
        yield "a must be true"
    if props.read("b", provider_default=False) is not True:
        yield "b must be true"


def waiver(**changes) -> Waiver:
    values = {
        "control": "test-control",
        "stack": "test",
        "resource": f"{THING}::x",
        "reason": "The vendor will mend it.",
        "owner": "team",
        "expires": TODAY,
    }
    return Waiver(**(values | changes))


def outcome(props: dict, *waivers: Waiver, check=safe) -> Outcome:
    (verdict,) = evaluate([resource(THING, "x", props)], waivers, TODAY, [control(check)]).verdicts
    return verdict.outcome


def test_a_resource_that_meets_the_control_passes() -> None:
    assert outcome({"a": True, "b": True}) is Outcome.PASS


def test_absence_and_null_mean_what_the_provider_does() -> None:
    assert outcome({}) is Outcome.FAIL
    assert outcome({"a": None, "b": True}) is Outcome.FAIL


def test_an_unknown_is_never_a_pass() -> None:
    assert outcome({"a": True, "b": UNKNOWN}) is Outcome.UNKNOWN


def test_a_violation_that_is_certain_stands_beside_an_unknown() -> None:
    assert outcome({"a": False, "b": UNKNOWN}) is Outcome.FAIL


def test_a_value_below_an_unknown_is_unknown() -> None:
    def deep(props: Props) -> Iterator[str]:
        if props.read("spec.a.b", provider_default=True):
            yield "no"

    assert outcome({"spec": UNKNOWN}, check=deep) is Outcome.UNKNOWN


def test_a_control_that_breaks_is_an_error_and_denies() -> None:
    def broken(props: Props) -> Iterator[str]:
        raise KeyError(props["secret"])

    report = evaluate([resource(THING, "x", {"secret": "hunter2"})], (), TODAY, [control(broken)])
    (verdict,) = report.verdicts
    assert verdict.outcome is Outcome.ERROR
    assert report.denied(strict=False)
    assert "hunter2" not in verdict.messages[0], "a value never gets into a message"


def test_a_broken_control_keeps_no_other_from_judging() -> None:
    def broken(props: Props) -> Iterator[str]:
        raise RuntimeError

    report = evaluate([resource(THING, "x", {})], (), TODAY, [control(broken), control(safe)])
    assert [verdict.outcome for verdict in report.verdicts] == [Outcome.ERROR, Outcome.FAIL]


def pools(thing: Resource) -> Iterator[Props]:
    yield from thing.props.read("pools", provider_default=[])


def judged_pools(*items: object) -> Verdict:
    def check(pool: Props) -> Iterator[str]:
        if pool.read("windows", provider_default=False):
            raise NotApplicableError("a Windows pool")
        yield from safe(pool)

    parts = replace(control(check), parts=pools)
    (verdict,) = evaluate([resource(THING, "x", {"pools": list(items)})], (), TODAY, [parts]).verdicts
    return verdict


GOOD = {"a": True, "b": True}


def test_each_part_of_a_resource_is_judged_and_named_by_its_path() -> None:
    assert judged_pools(GOOD, GOOD).outcome is Outcome.PASS
    failed = judged_pools(GOOD, {"a": True})
    assert (failed.outcome, failed.messages) == (Outcome.FAIL, ("pools[1]: b must be true",))


@pytest.mark.parametrize("unknown", [UNKNOWN, {"a": UNKNOWN}])
def test_an_unknown_part_neither_passes_nor_hides_a_violation_of_another(unknown: object) -> None:
    assert judged_pools(GOOD, unknown).outcome is Outcome.UNKNOWN
    assert judged_pools({"b": True}, unknown).outcome is Outcome.FAIL
    assert judged_pools(unknown, {"a": True}).outcome in (Outcome.FAIL, Outcome.UNKNOWN)


def test_a_part_that_is_another_matter_excuses_no_other_part() -> None:
    windows = {"windows": True}
    assert judged_pools(windows).outcome is Outcome.NOT_APPLICABLE
    assert judged_pools(windows, GOOD).outcome is Outcome.PASS
    assert judged_pools(windows, {}).outcome is Outcome.FAIL
    assert judged_pools().outcome is Outcome.NOT_APPLICABLE


def test_unknown_denies_only_in_strict_mode() -> None:
    report = evaluate([resource(THING, "x", {"a": UNKNOWN})], (), TODAY, [control(safe)])
    assert not report.denied(strict=False)
    assert report.denied(strict=True)


def test_an_advisory_control_never_denies() -> None:
    advisory = control(safe, enforcement=Enforcement.ADVISORY)
    for props in ({}, {"a": UNKNOWN}):
        assert not evaluate([resource(THING, "x", props)], (), TODAY, [advisory]).denied(strict=True)


def test_a_control_on_the_stack_judges_each_resource_of_its_types() -> None:
    def named(stack: Stack) -> Iterator[Finding]:
        for each in stack.of_type(THING):
            if each.name == "bad":
                yield Finding(resource=each, message="bad")

    resources = [resource(THING, "good", {}), resource(THING, "bad", {}), resource("other:x:Y", "bad", {})]
    verdicts = evaluate(resources, (), TODAY, [control(stack_check=named)]).verdicts
    assert [(each.resource.name, each.outcome) for each in verdicts] == [
        ("good", Outcome.PASS),
        ("bad", Outcome.FAIL),
    ]


def test_an_unknown_in_the_stack_leaves_every_other_resource_open_but_keeps_what_was_found() -> None:
    def first_then_unknown(stack: Stack) -> Iterator[Finding]:
        yield Finding(resource=stack.resources[0], message="bad")
        stack.resources[1].props.read("a", provider_default=None)

    resources = [resource(THING, "bad", {}), resource(THING, "open", {"a": UNKNOWN})]
    verdicts = evaluate(resources, (), TODAY, [control(stack_check=first_then_unknown)]).verdicts
    assert [each.outcome for each in verdicts] == [Outcome.FAIL, Outcome.UNKNOWN]


@pytest.mark.parametrize("props", [{}, {"a": UNKNOWN}])
def test_a_waiver_covers_what_it_names_until_its_last_day(props: dict) -> None:
    assert outcome(props, waiver()) is Outcome.WAIVED
    assert outcome(props, waiver(resource=f"{THING}::*")) is Outcome.WAIVED
    assert outcome(props, waiver(stack="te*")) is Outcome.WAIVED


@pytest.mark.parametrize(
    "changes",
    [
        {"control": "another"},
        {"stack": "prod"},
        {"resource": f"{THING}::y"},
        {"resource": "x"},
        {"expires": TODAY - datetime.timedelta(days=1)},
    ],
)
def test_a_waiver_covers_nothing_else(changes: dict) -> None:
    assert outcome({}, waiver(**changes)) is Outcome.FAIL


def test_a_waiver_never_covers_a_control_that_broke() -> None:
    def broken(props: Props) -> Iterator[str]:
        raise RuntimeError

    assert outcome({}, waiver(), check=broken) is Outcome.ERROR


def test_an_expired_waiver_denies() -> None:
    expired = waiver(expires=TODAY - datetime.timedelta(days=1))
    report = evaluate([resource(THING, "x", {"a": True, "b": True})], [expired], TODAY, [control(safe)])
    assert report.denied(strict=False)
    assert "expired on 2026-11-23; ask team" in report.waiver_problems[0]


@pytest.mark.parametrize(
    ("chart", "waived", "told"),
    [
        ({"rendered": False}, "*::inside", 0),
        ({"rendered": True}, "*::inside", 1),
        ({"rendered": False}, "*::x", 1),
    ],
)
def test_a_waiver_about_the_inside_of_a_chart_that_was_not_rendered_is_not_called_idle(
    chart: dict, waived: str, told: int
) -> None:
    resources = [
        resource("secureclusters:platform:Chart", "chart", chart),
        resource(THING, "x", {"a": True, "b": True}),
    ]
    report = evaluate(resources, [waiver(resource=waived)], TODAY, [control(safe)])
    assert len(report.waiver_problems) == told


def test_a_waiver_that_waives_nothing_denies() -> None:
    report = evaluate([resource(THING, "x", {"a": True, "b": True})], [waiver()], TODAY, [control(safe)])
    assert report.denied(strict=False)
    assert "waives nothing" in report.waiver_problems[0]


def test_a_waiver_of_another_stack_is_no_concern() -> None:
    report = evaluate([resource(THING, "x", {"a": True, "b": True})], [waiver(stack="prod")], TODAY, [control(safe)])
    assert report.waiver_problems == ()
