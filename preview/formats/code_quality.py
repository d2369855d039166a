"""GitLab's code quality report: the findings of SARIF, as a merge request's page there shows them.

Format: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format. It has no word for an accepted
risk, so that waived findings are left out; the Markdown report and SARIF tell them.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import unquote

from preview.formats import Layout, sarif
from preview.result import StackResult

_SEVERITIES = {"error": "blocker", "warning": "minor", "note": "info"}


def render(results: Sequence[StackResult], _layout: Layout | None = None) -> str:
    """Return the findings of all results as one list."""
    runs = sarif.document(results)["runs"]
    return json.dumps([finding for run in runs for finding in _findings(run)], indent=2) + "\n"


def _findings(run: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for each in run["results"]:
        if not each.get("suppressions"):
            yield _finding(each["ruleId"], each, each["partialFingerprints"]["secureClusters/v1"])
    for each in run["invocations"][0]["toolExecutionNotifications"]:
        if "locations" in each:
            name = each["descriptor"]["id"]
            yield _finding(name, each, f"{run['automationDetails']['id']}{name}")


def _finding(name: str, each: dict[str, Any], fingerprint: str) -> dict[str, Any]:
    place = each["locations"][0]["physicalLocation"]
    path = unquote(place["artifactLocation"]["uri"])
    return {
        "description": each["message"]["text"],
        "check_name": name,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[each["level"]],
        "location": {"path": path, "lines": {"begin": place["region"]["startLine"]}},
    }
