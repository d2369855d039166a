"""What the pack makes of what the engine tells it."""

import datetime
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from pulumi_policy import PolicyResource, PolicyResourceOptions

from policies import pack
from policies.model import Control, Severity, Waiver
from policies.values import Props

TODAY = datetime.date(2026, 11, 24)


def told(type_: str, name: str, **referred: list[PolicyResource]) -> PolicyResource:
    options = PolicyResourceOptions(
        protect=False,
        ignore_changes=[],
        delete_before_replace=None,
        aliases=[],
        custom_timeouts=None,  # pyright: ignore[reportArgumentType] - unused here
        additional_secret_outputs=[],
    )
    urn = f"urn:pulumi:test::p::{type_}::{name}"
    return PolicyResource(type_, {"a": "b"}, urn, name, options, None, None, [], dict(referred))


def test_what_a_property_is_made_of_reaches_the_controls() -> None:
    network = told("azure-native:network:VirtualNetwork", "network")
    log = told("azure-native:network:FlowLog", "log", targetResourceId=[network], storageId=[])
    assert pack.resource_of(log, {}).references == {"targetResourceId": (network.urn,)}
    assert pack.resource_of(network, {}).references == {}


def test_of_a_whole_stack_the_controls_see_what_was_declared_and_not_what_the_provider_filled_in() -> None:
    window = told("azure-native:containerservice:MaintenanceConfiguration", "window")
    assert pack.resource_of(window, {"configName": "default"}).props.plain == {"configName": "default"}
    assert pack.resource_of(window, None).props.plain == {"a": "b"}, "outputs are all that is known of it"


def judging(monkeypatch: pytest.MonkeyPatch, *waivers: Waiver) -> tuple[Any, list[str]]:
    """Return a judge with one control, and the values that the control was asked about, one a call."""
    asked: list[str] = []

    def check(props: Props) -> Iterator[str]:
        asked.append(props["a"])
        yield "a must be absent"

    words = {"title": "T", "severity": Severity.HIGH, "why": "W.", "fix": "F.", "url": "https://example.org"}
    control = Control(id="no-a", types=("test:x:Y",), check=check, **words)  # pyright: ignore[reportArgumentType]
    monkeypatch.setattr(pack, "controls_of", lambda stack: (control,))
    return pack._Judge(waivers, (), TODAY), asked


def of_stack(*resources: PolicyResource) -> Any:
    return SimpleNamespace(resources=list(resources), get_config=dict)


def of_one(resource: PolicyResource) -> Any:
    return SimpleNamespace(
        urn=resource.urn,
        resource_type=resource.resource_type,
        name=resource.name,
        props=resource.props,
        get_config=dict,
    )


def unused(resource: str) -> Waiver:
    return Waiver(control="no-a", stack="test", resource=resource, reason="R.", owner="team", expires=TODAY)


def test_a_resource_is_judged_once_and_its_verdict_tells_the_waivers_that_waive_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judge, asked = judging(monkeypatch, unused("*::used"), unused("*::nothing"))
    resource, told_of = told("test:x:Y", "used"), list[str]()
    judge.deny_resource(of_one(resource), lambda message, urn=None: told_of.append(message))
    judge.deny_stack(of_stack(resource), lambda message, urn=None: told_of.append(message))
    assert asked == ["b"]
    assert [message.split(";")[0] for message in told_of] == ["the waiver of no-a for *::nothing waives nothing"]


def test_a_resource_that_the_engine_left_alone_is_judged_with_the_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    judge, asked = judging(monkeypatch, unused("*::alone"))
    told_of: list[str] = []
    judge.deny_stack(of_stack(told("test:x:Y", "alone")), lambda message, urn=None: told_of.append(message))
    assert (asked, told_of) == (["b"], [])
