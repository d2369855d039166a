"""Results for the formats: small ones, hostile ones, large ones."""

import dataclasses
import datetime
from typing import Any

from policies.model import Baseline, Control, Enforcement, Outcome, Resource, Severity, Verdict
from policies.values import Props
from preview.change.model import (
    Action,
    Change,
    Flow,
    PropertyChange,
    ResourceChange,
    RightsChange,
    VerdictChange,
    WaiverAction,
    WaiverChange,
)
from preview.exit_code import ExitCode
from preview.result import Report, StackResult


def control(name: str = "a-control", **changed: Any) -> Control:
    told: dict[str, Any] = {
        "title": "It is fine",
        "severity": Severity.HIGH,
        "why": "It matters.",
        "fix": "Mend it.",
        "url": f"https://example.com/{name}",
        "types": ("t",),
        "enforcement": Enforcement.MANDATORY,
    }
    return Control(id=name, **{**told, **changed})


def resource(name: str, type_: str = "kubernetes:core/v1:Namespace", parent: str | None = None) -> Resource:
    return Resource(urn=f"urn:pulumi:s::p::{type_}::{name}", type=type_, name=name, props=Props({}), parent=parent)


def verdict(name: str, outcome: Outcome, *messages: str, of: Control | None = None, **more: Any) -> Verdict:
    return Verdict(control=of or control(), resource=resource(name), outcome=outcome, messages=messages, **more)


def result(*verdicts: Verdict, change: Change | None = None, name: str = "prod", **more: Any) -> StackResult:
    denied = any(each.denies(strict=False) for each in verdicts)
    told: dict[str, Any] = {
        "resources": tuple({each.resource.urn: each.resource for each in verdicts}.values()),
        "report": Report(verdicts=verdicts, waiver_problems=more.pop("problems", ())),
        "exit_code": ExitCode.DENIED if denied else ExitCode.ALLOWED,
    }
    return StackResult(name=name, change=change, **{**told, **more})


def change(text: str, count: int = 1) -> Change:
    """Return a change of so many entries of each kind, with the text wherever a text of others may stand."""
    names = [text if count == 1 else f"{text}-{number}" for number in range(count)]
    worse = tuple(
        VerdictChange(
            control="a-control",
            severity="high",
            resource=f"kubernetes:core/v1:Namespace::{each}",
            before="pass",
            after="fail",
            messages=(each,),
            fix="Mend it.",
            url="https://example.com/a-control",
            denies=True,
        )
        for each in names
    )
    return Change(
        ref=text,
        commit="0123456789abcdef",
        resources=tuple(
            ResourceChange(
                action=action,
                urn=f"urn::{each}",
                type="kubernetes:core/v1:Namespace",
                name=each,
                properties=(PropertyChange(path=each, before=each, after=None),),
                replaced_by=(each,) if action is Action.REPLACED else (),
            )
            for each in names
            for action in Action
        ),
        worse=worse,
        better=worse,
        opened=tuple(Flow(source=each, target=each, ports=each) for each in names),
        closed=tuple(Flow(source=each, target=each, ports=each) for each in names),
        gained=tuple(RightsChange(subject=each, where=each, rights=(each,), dangers=(each,)) for each in names),
        lost=tuple(RightsChange(subject=each, where=each, rights=(each,), dangers=()) for each in names),
        waivers=tuple(
            WaiverChange(
                action=WaiverAction.EXTENDED,
                control="a-control",
                resource=each,
                owner=each,
                reason=each,
                before="2027-01-01",
                after="2027-02-01",
            )
            for each in names
        ),
    )


def hostile(text: str) -> StackResult:
    """Return a result with a text of others wherever one may stand."""
    end = datetime.date(2027, 1, 31)
    baseline = Baseline(stack="s", owner=text, expires=end, violations=frozenset())
    return result(
        verdict(text, Outcome.FAIL, text, of=control(fix=text, url=text)),
        verdict(text, Outcome.EXISTING, text, baseline=baseline),
        verdict(text, Outcome.UNKNOWN, text, of=control("advice", enforcement=Enforcement.ADVISORY)),
        change=change(text),
        problems=(text,),
        name=text,
    )


def large(count: int, name: str = "prod") -> StackResult:
    verdicts = [
        verdict(
            f"namespace-{number}", Outcome.FAIL, f"metadata.labels[{number}] must be", of=control(f"c-{number % 90}")
        )
        for number in range(count)
    ]
    worse = [
        dataclasses.replace(each, control=one.control.id, resource=one.resource.key)
        for each, one in zip(change("namespace", count).worse, verdicts, strict=True)
    ]
    brought = dataclasses.replace(change("namespace", count), worse=tuple(worse))
    return result(*verdicts, change=brought, name=name)
