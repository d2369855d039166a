"""The report that a program reads."""

import json
from collections.abc import Sequence
from typing import Any

from policies.model import Verdict
from preview.formats import Layout
from preview.permissions import report as permissions_report
from preview.reachability import report as reachability_report
from preview.result import StackResult
from preview.upgrade_plan import UpgradePlan

SCHEMA_VERSION = 1


def render(results: Sequence[StackResult], _layout: Layout | None = None) -> str:
    """Return the results as JSON; property values are never part of it, as some are secret."""
    return json.dumps(document(results), indent=2) + "\n"


def document(results: Sequence[StackResult]) -> dict[str, Any]:
    """Return the results as plain data."""
    return {"schemaVersion": SCHEMA_VERSION, "stacks": [_stack(result) for result in results]}


def _stack(result: StackResult) -> dict[str, Any]:
    return {
        "name": result.name,
        "conclusion": result.exit_code.name.lower().replace("_", "-"),
        "error": result.error,
        "resources": [
            {"urn": each.urn, "type": each.type, "name": each.name, "parent": each.parent} for each in result.resources
        ],
        "verdicts": [_verdict(verdict) for verdict in result.report.verdicts],
        "waiverProblems": list(result.report.waiver_problems),
        "baselineProblems": list(result.report.baseline_problems),
        "upgrades": [_upgrade(plan) for plan in result.upgrades],
        "reachability": result.reachability and reachability_report.as_json(result.reachability),
        "permissions": result.permissions and permissions_report.as_json(result.permissions),
    }


def _upgrade(plan: UpgradePlan) -> dict[str, Any]:
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


def _verdict(verdict: Verdict) -> dict[str, Any]:
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
        "waiver": waiver and {"reason": waiver.reason, "owner": waiver.owner, "expires": waiver.expires.isoformat()},
        "baseline": baseline and {"owner": baseline.owner, "expires": baseline.expires.isoformat()},
    }
