"""The baseline of a stack: what was there before warns, what is new denies, and what is gone must go."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.errors import UserError
from policies import baselines
from policies.evaluate import Report, evaluate
from policies.model import Baseline, Control, Enforcement, Finding, Outcome, Severity, Stack, Waiver
from policies.values import UNKNOWN, Props
from tests.policies.fixtures import resource

TODAY = datetime.date(2026, 11, 24)
THING = "kubernetes:core/v1:Namespace"
ENTRY = """\
baselines:
  - stack: old
    owner: platform-team
    expires: 2027-03-31
    violations:
      namespace-pod-security:
        - kubernetes:core/v1:Namespace::shop-web
"""


def safe(props: Props) -> Iterator[str]:
    if props.read("safe", provider_default=False) is not True:
        yield "safe must be true"


def control(enforcement: Enforcement = Enforcement.MANDATORY, *, check=safe, stack_check=None) -> Control:
    return Control(
        id="test-control",
        title="Things are safe",
        severity=Severity.HIGH,
        why="Because.",
        fix="Do it.",
        url="https://example.org",
        types=(THING,),
        enforcement=enforcement,
        check=None if stack_check else check,
        stack_check=stack_check,
    )


def baseline(*names: str, expires: datetime.date = TODAY, stack: str = "test") -> Baseline:
    listed = frozenset(("test-control", f"{THING}::{name}") for name in names)
    return Baseline(stack=stack, owner="team", expires=expires, violations=listed)


def judged(things: dict[str, object], *known: Baseline, of: Control | None = None, waivers=()) -> Report:
    resources = [resource(THING, name, {"safe": value}) for name, value in things.items()]
    return evaluate(resources, waivers, TODAY, [of or control()], known)


def outcomes(report: Report) -> dict[str, Outcome]:
    return {verdict.resource.name: verdict.outcome for verdict in report.verdicts}


def test_a_listed_violation_warns_with_its_messages_and_a_new_one_denies() -> None:
    report = judged({"old": False, "new": False}, baseline("old"))
    assert outcomes(report) == {"old": Outcome.EXISTING, "new": Outcome.FAIL}
    assert report.verdicts[0].messages == ("safe must be true",)
    assert report.denied(strict=False)
    assert not judged({"old": False}, baseline("old")).denied(strict=True)


def test_a_violation_that_a_check_on_the_stack_finds_may_be_listed_too() -> None:
    def check(stack: Stack) -> Iterator[Finding]:
        yield from (Finding(resource=each, message="x") for each in stack.of_type(THING))

    report = judged({"old": False, "new": False}, baseline("old"), of=control(stack_check=check))
    assert outcomes(report) == {"old": Outcome.EXISTING, "new": Outcome.FAIL}


def test_a_baseline_ends_after_its_last_day_and_its_violations_deny_again() -> None:
    yesterday = TODAY - datetime.timedelta(days=1)
    report = judged({"old": False}, baseline("old", expires=yesterday))
    assert outcomes(report) == {"old": Outcome.FAIL}
    assert report.baseline_problems == (
        "the baseline of test expired on 2026-11-23; ask team to fix what it lists, or to waive what must stay",
    )
    assert judged({"old": True}, baseline("old", expires=yesterday)).denied(strict=False), "an end is never silent"


@pytest.mark.parametrize("things", [{"old": True}, {"another": True}])
def test_a_violation_that_is_fixed_or_gone_must_leave_the_baseline(things: dict[str, object]) -> None:
    report = judged(things, baseline("old"))
    assert report.denied(strict=False)
    (problem,) = report.baseline_problems
    assert f"lists test-control for {THING}::old, which needs no baseline any more" in problem


def test_what_is_not_known_is_neither_covered_nor_fixed() -> None:
    report = judged({"old": UNKNOWN}, baseline("old"))
    assert outcomes(report) == {"old": Outcome.UNKNOWN}
    assert report.baseline_problems == ()
    assert report.denied(strict=True)


def test_a_control_that_breaks_is_not_covered() -> None:
    def broken(props: Props) -> Iterator[str]:
        raise KeyError

    report = judged({"old": False}, baseline("old"), of=control(check=broken))
    assert outcomes(report) == {"old": Outcome.ERROR}
    assert report.denied(strict=False)


def test_an_advisory_violation_stays_what_it_is() -> None:
    assert outcomes(judged({"old": False}, baseline("old"), of=control(Enforcement.ADVISORY))) == {"old": Outcome.FAIL}


def test_the_baseline_of_another_stack_covers_nothing_and_is_no_concern() -> None:
    report = judged({"old": False}, baseline("old", stack="another"))
    assert outcomes(report) == {"old": Outcome.FAIL}
    assert report.baseline_problems == ()


def test_what_is_waived_is_not_listed_as_well() -> None:
    waiver = Waiver(
        control="test-control", stack="*", resource="*", reason="The vendor mends it.", owner="team", expires=TODAY
    )
    report = judged({"old": False}, baseline("old"), waivers=[waiver])
    assert outcomes(report) == {"old": Outcome.WAIVED}
    assert len(report.baseline_problems) == 1


def load(tmp_path: Path, text: str):
    file = tmp_path / "baseline.yaml"
    file.write_text(text)
    return baselines.load(file, TODAY, ["old", "prod"])


def test_a_whole_baseline_is_read(tmp_path: Path) -> None:
    (read,) = load(tmp_path, ENTRY)
    assert read.violations == {("namespace-pod-security", f"{THING}::shop-web")}
    assert (read.stack, read.owner, read.expires) == ("old", "platform-team", datetime.date(2027, 3, 31))


def test_no_file_and_an_empty_list_mean_no_baseline(tmp_path: Path) -> None:
    assert baselines.load(tmp_path / "none.yaml", TODAY) == ()
    assert load(tmp_path, "baselines: []") == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ENTRY.replace("2027-03-31", "2027-06-01"), "is more than 180 days ahead; 2027-05-23 is the latest day"),
        (ENTRY.replace("namespace-pod-security", "namespace-pod"), "'namespace-pod' is no control"),
        (ENTRY.replace("namespace-pod-security", "image-pull-checked"), "'image-pull-checked' is advisory"),
        (ENTRY.replace("shop-web", "shop-*"), "is a pattern; name each resource"),
        (ENTRY.replace("stack: old", "stack: 'o*'"), "'o*' is no stack; there are old, prod"),
        (ENTRY + ENTRY.removeprefix("baselines:\n"), "baselines[1].stack: 'old' has an entry already"),
        (ENTRY.replace("    owner: platform-team\n", ""), "baselines[0].owner: missing; who answers for fixing them"),
        (ENTRY.replace("violations:", "violation:"), 'unknown key; did you mean "violations"?'),
        ("", "must hold the key 'baselines'"),
        ("baselines: [", "can't be read as YAML"),
    ],
)
def test_a_bad_file_is_refused_with_what_is_wrong(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(UserError) as raised:
        load(tmp_path, text)
    assert told in str(raised.value)
