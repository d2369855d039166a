"""A rule for GuardDuty's findings tells every one of them."""

import json
from collections.abc import Iterator
from typing import Any, cast

from policies import aws
from policies.control import NotApplicableError, control
from policies.model import Enforcement, Severity
from policies.values import Props

_SOURCE, _KIND = "aws.guardduty", "GuardDuty Finding"


@control(
    title="A rule for GuardDuty's findings tells every one of them",
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ADVISORY,
    types=(aws.EVENT_RULE,),
    why="Whoever waits for findings takes silence for safety where a rule is off, or leaves some of them out.",
    fix="Set detection.findingsTo of the component, or leave detail and state out of the rule.",
    url="https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html",
)
def check(props: Props) -> Iterator[str]:
    pattern = cast("dict[str, Any]", json.loads(props.read("eventPattern", provider_default="{}") or "{}"))
    if _SOURCE not in aws.listed(pattern.get("source")) and _KIND not in aws.listed(pattern.get("detail-type")):
        raise NotApplicableError("the rule is about something else")
    if props.read("state", provider_default="ENABLED") == "DISABLED":
        yield "state must not be DISABLED"
    if set(pattern) - {"source", "detail-type"}:
        yield "eventPattern must choose by source and detail-type alone"
