"""Our evaluator against the fixtures of the Pod Security Standards."""

import datetime
import functools
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import yaml

from policies import cel
from policies.catalogue import CONTROLS
from policies.cel import POD_TYPES
from policies.evaluate import evaluate
from policies.model import Control, Outcome
from tests.live import pod_security_fixtures as standard
from tests.live.pod_security_fixtures import LEVELS, Fixture
from tests.policies.fixtures import pod_resource, resource

pytestmark = pytest.mark.live

POD = "kubernetes:core/v1:Pod"
SUPPORTED = ("1.34", "1.35", "1.36", "1.37")
LATER = {
    "workload-adds-only-net-bind-service",
    "workload-drops-capabilities",
    "workload-no-privilege-escalation",
    "workload-seccomp-set",
}
"""Controls whose fields are younger than some minors: asked of old fixtures too, which can't have them."""


@functools.cache
def controls(minor: str) -> dict[str, Control]:
    return {control.id: control for control in cel.load(CONTROLS / "workload", minor=minor)}


@functools.cache
def fixtures(minor: str) -> tuple[Fixture, ...]:
    return tuple(fixture for level in LEVELS for fixture in standard.fixtures(minor, level))


def older_minors() -> list[str]:
    folders = (standard.module() / "test" / "testdata" / "restricted").iterdir()
    found = {folder.name.removeprefix("v") for folder in folders} - set(SUPPORTED)
    return sorted(found, key=lambda minor: int(minor.removeprefix("1.")))


@functools.cache
def controls_of(level: str) -> list[str]:
    return standard.controls_of(level)


def controls_of_check(fixture: Fixture) -> set[str]:
    """Return the ids of the controls of the check that a refused fixture is about, as its name says."""
    check = re.sub(r"\d*$", "", fixture.name.rsplit("/", 1)[-1])
    requirements = yaml.safe_load(standard.FRAMEWORK.read_text(encoding="utf-8"))["requirements"]
    return {control for each in requirements if each["id"].lower() == check for control in each["controls"]}


def failing(fixture: Fixture, wrapped: Callable[[dict[str, Any]], dict[str, Any]] = dict) -> list[str]:
    """Return the ids of the level's controls that the fixture fails; none may give another verdict than pass."""
    found = controls(fixture.name.split("/")[1].removeprefix("v"))
    asked = [replace(found[control], types=(POD,)) for control in controls_of(fixture.level)]
    report = evaluate([resource(POD, "pod", wrapped(fixture.pod))], (), datetime.date.max, asked)
    outcomes = {verdict.control.id: verdict.outcome for verdict in report.verdicts}
    assert set(outcomes.values()) <= {Outcome.PASS, Outcome.FAIL}
    return [control for control, outcome in outcomes.items() if outcome is Outcome.FAIL]


def disagreements(minor: str) -> dict[str, list[str]]:
    """Return the fixtures with another verdict than the standard's, and the controls that they fail."""
    judged = {fixture: failing(fixture) for fixture in fixtures(minor)}
    return {fixture.name: found for fixture, found in judged.items() if bool(found) is fixture.allowed}


@pytest.mark.parametrize("minor", SUPPORTED)
def test_every_fixture_of_a_supported_minor_gets_the_verdict_of_the_standard(minor: str) -> None:
    assert disagreements(minor) == {}


def test_the_supported_minors_have_588_fixtures() -> None:
    assert sum(len(fixtures(minor)) for minor in SUPPORTED) == 588


@pytest.mark.parametrize("minor", SUPPORTED)
def test_a_refused_fixture_fails_a_control_of_the_very_check_that_it_is_about(minor: str) -> None:
    refused = [fixture for fixture in fixtures(minor) if not fixture.allowed]
    assert [each.name for each in refused if not set(failing(each)) & controls_of_check(each)] == []


@pytest.mark.parametrize("type_", [type_ for type_ in POD_TYPES if type_ != POD])
def test_a_fixture_in_a_pod_template_gets_the_verdict_of_the_pod(type_: str) -> None:
    def wrapped(pod: dict[str, Any]) -> dict[str, Any]:
        return dict(pod_resource(type_, pod["spec"], pod["metadata"]).props.plain)

    assert [each.name for each in fixtures("1.37") if bool(failing(each, wrapped)) is each.allowed] == []


def test_older_minors_differ_only_in_what_their_standard_did_not_know_yet() -> None:
    for minor in older_minors():
        different = disagreements(minor)
        agreeing = len(fixtures(minor)) - len(different)
        print(f"{minor}: {agreeing} of {len(fixtures(minor))} agree", *different, sep="\n  ")  # noqa: T201 - for -rP
        assert all(set(found) <= LATER for found in different.values())
        # Until 1.18 seccomp was an annotation, which Kubernetes does not read any more.
        assert all("/fail/seccompprofile_baseline" in name for name, found in different.items() if not found)
        assert not different or int(minor.removeprefix("1.")) < 22
