"""The report that a program reads."""

import json
from collections.abc import Mapping, Sequence
from typing import Literal, cast

from pydantic_core import PydanticSerializationError, to_json

from policies.model import Resource, Verdict, Waiver
from preview.exit_code import ExitCode
from preview.formats import Layout
from preview.permissions import report as permissions_report
from preview.reachability import report as reachability_report
from preview.result import StackResult
from preview.upgrade_plan import UpgradePlan

from . import json_change
from .json_model import (
    PermissionsEntry,
    ReachabilityEntry,
    ReportDocument,
    ResourceEntry,
    StackEntry,
    UpgradeEntry,
    VerdictEntry,
    WaiverEntry,
)

_CONCLUSIONS: Mapping[ExitCode, Literal["allowed", "denied", "bad-configuration", "our-bug"]] = {
    ExitCode.ALLOWED: "allowed",
    ExitCode.DENIED: "denied",
    ExitCode.BAD_CONFIGURATION: "bad-configuration",
    ExitCode.OUR_BUG: "our-bug",
}


def render(results: Sequence[StackResult], _layout: Layout | None = None) -> str:
    """Return the results as JSON; of property values only those that change are part of it, with secrets masked."""
    found = document(results)
    try:
        # The standard library indents in Python, four times as slowly: a second of what 1,000 namespaces take.
        return to_json(found, indent=2, ensure_ascii=True).decode() + "\n"
    except PydanticSerializationError:
        # Half a surrogate pair in a name, which JSON can hold and UTF-8 can't.
        return json.dumps(found, indent=2) + "\n"


def document(results: Sequence[StackResult]) -> ReportDocument:
    """Return the results as plain data."""
    return {"schemaVersion": 1, "stacks": [_stack(result) for result in results]}


def _stack(result: StackResult) -> StackEntry:
    return {
        "name": result.name,
        "conclusion": _CONCLUSIONS[result.exit_code],
        "error": result.error,
        "resources": [_resource(each) for each in result.resources],
        "verdicts": [_verdict(verdict) for verdict in result.report.verdicts],
        "waiverProblems": list(result.report.waiver_problems),
        "baselineProblems": list(result.report.baseline_problems),
        "upgrades": [_upgrade(plan) for plan in result.upgrades],
        "reachability": _reachability(result),
        "permissions": _permissions(result),
        "change": result.change and json_change.as_json(result.change),
    }


def _reachability(result: StackResult) -> ReachabilityEntry | None:
    found = result.reachability
    return None if found is None else cast("ReachabilityEntry", reachability_report.as_json(found))


def _permissions(result: StackResult) -> PermissionsEntry | None:
    found = result.permissions
    return None if found is None else cast("PermissionsEntry", permissions_report.as_json(found))


def _resource(resource: Resource) -> ResourceEntry:
    return {"urn": resource.urn, "type": resource.type, "name": resource.name, "parent": resource.parent}


def _upgrade(plan: UpgradePlan) -> UpgradeEntry:
    return {
        "cluster": plan.cluster,
        "kind": plan.kind,
        "version": plan.version,
        "channel": plan.channel,
        "supportEnds": plan.support_ends and plan.support_ends.isoformat(),
        "freezes": list(plan.frozen),
        "steps": list(plan.steps),
        "stops": list(plan.stops),
    }


def _verdict(verdict: Verdict) -> VerdictEntry:
    waiver, baseline = verdict.waiver, verdict.baseline
    return {
        "control": verdict.control.id,
        "severity": verdict.control.severity,
        "enforcement": verdict.control.enforcement,
        "resource": verdict.resource.urn,
        "outcome": verdict.outcome,
        "messages": list(verdict.messages),
        "fix": verdict.control.fix,
        "url": verdict.control.url,
        "waiver": waiver and _waiver(waiver),
        "baseline": baseline and {"owner": baseline.owner, "expires": baseline.expires.isoformat()},
    }


def _waiver(waiver: Waiver) -> WaiverEntry:
    return {
        "reason": waiver.reason,
        "owner": waiver.owner,
        "expires": waiver.expires.isoformat(),
        "compensating": waiver.compensating,
        "review": waiver.review and waiver.review.isoformat(),
    }
