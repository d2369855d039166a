"""SARIF 2.1.0, for code scanning: what is not allowed, at the line where it is changed.

A run for each environment, so that an alert of one never closes that of another. It stays within what GitHub takes:
https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning
Passes are left out: SARIF has a word for them, and its readers show them as findings.

Compared with another revision, every result says by `baselineState` whether it was there before, and what was there and
is no more is a result too, `absent`: SARIF 2.1.0, 3.27.24, wants all or none. Code scanning doesn't read that word, so
the action takes those out of what it uploads.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from policies.model import Control, Enforcement, Outcome, Severity, Verdict
from preview import control_pages
from preview.exit_code import ExitCode
from preview.formats import Layout
from preview.places import Place, Places, in_repository
from preview.plain_text import printable_lines
from preview.result import StackResult

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000
"""Most results of a run that GitHub takes."""
_MOST_TAGS = 10
_SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
"""GitHub's words for a score: over 9.0 critical, from 7.0 high, from 4.0 medium."""
_WORST_FIRST = tuple(_SCORES)
_REPORTED = (Outcome.ERROR, Outcome.FAIL, Outcome.UNKNOWN, Outcome.EXISTING, Outcome.WAIVED)
_STALE_WAIVER, _STALE_BASELINE = "waiver-out-of-date", "baseline-out-of-date"
_STALE_RULES = {
    _STALE_WAIVER: "Every waiver is in force and waives something",
    _STALE_BASELINE: "Every baseline is in force and lists only what is there",
}


def render(results: Sequence[StackResult], _layout: Layout | None = None) -> str:
    """Return the results as SARIF."""
    return json.dumps(document(results), indent=2) + "\n"


def document(results: Sequence[StackResult]) -> dict[str, Any]:
    """Return the results as plain data."""
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(result) for result in results]}


def _run(result: StackResult) -> dict[str, Any]:
    places = Places(result.resources)
    reported = [verdict for verdict in result.report.verdicts if verdict.outcome in _REPORTED]
    states = _States(result)
    found = [
        *_problems(result, places, states),
        *(_result(verdict, result, places, states) for verdict in sorted(reported, key=_rank)),
        *_absent(result, places),
    ]
    left_out = len(found) - MOST_RESULTS
    return {
        "tool": {"driver": {"name": "secure-clusters", "rules": list(_rules(result))}},
        "automationDetails": {"id": f"secure-clusters/{result.name}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": result.error is None,
                "exitCode": int(result.exit_code),
                "toolExecutionNotifications": list(_notifications(result, places, left_out)),
            }
        ],
        "results": found[:MOST_RESULTS],
    }


def _rules(result: StackResult) -> Iterator[dict[str, Any]]:
    controls = {verdict.control.id: verdict.control for verdict in result.report.verdicts}
    for _, control in sorted(controls.items()):
        yield _rule(control)
    for rule, title in _STALE_RULES.items():
        yield {
            "id": rule,
            "shortDescription": {"text": f"{title}."},
            "defaultConfiguration": {"level": "error"},
            "properties": {"tags": ["security"], "security-severity": _SCORES[Severity.MEDIUM]},
        }


def _rule(control: Control) -> dict[str, Any]:
    answers = list(control_pages.answers(control))
    asked = "".join(f"\n- {each}" for each in answers)
    return {
        "id": control.id,
        "shortDescription": {"text": f"{control.title}."},
        "fullDescription": {"text": control.why},
        "help": {
            "text": f"{control.why}\n\nFix: {control.fix}" + (f"\n\nAsked for by:{asked}" if asked else ""),
            "markdown": f"{control.why}\n\n**Fix:** {control.fix}"
            + (f"\n\n**Asked for by:**\n{asked}" if asked else ""),
        },
        "helpUri": control.url,
        "defaultConfiguration": {"level": _level_of(control)},
        "properties": {
            "security-severity": _SCORES[control.severity],
            "precision": "very-high",
            "tags": ["security", *(each.partition(":")[0] for each in answers)][:_MOST_TAGS],
        },
    }


def _level_of(control: Control) -> str:
    return "error" if control.enforcement is Enforcement.MANDATORY else "warning"


class _States:
    """Whether results were there before: new, updated or unchanged; nothing where nothing was compared."""

    def __init__(self, result: StackResult) -> None:
        change = result.change if _is_compared(result) else None
        self._compared = change is not None
        worse, better = (change.worse, change.better) if change else ((), ())
        self._new = {(each.control, each.urn) for each in worse if each.before not in _REPORTED}
        self._changed = {(each.control, each.urn) for each in (*worse, *better)}
        self._new_problems = {each.text for each in change.problems} if change else set[str]()

    def of(self, verdict: Verdict) -> dict[str, str]:
        """Return the state of a verdict; updated where its outcome or what it says is another."""
        key = (verdict.control.id, verdict.resource.urn)
        return self._told("new" if key in self._new else "updated" if key in self._changed else "unchanged")

    def of_problem(self, problem: str) -> dict[str, str]:
        """Return the state of what is wrong with a waiver or a baseline."""
        return self._told("new" if problem in self._new_problems else "unchanged")

    def _told(self, state: str) -> dict[str, str]:
        return {"baselineState": state} if self._compared else {}


def _is_compared(result: StackResult) -> bool:
    return result.change is not None and result.change.problem is None and result.error is None


def _absent(result: StackResult, places: Places) -> Iterator[dict[str, Any]]:
    """Yield what was found before and is no more; where it stood is not known, only in which stack."""
    change = result.change
    if change is None or not _is_compared(result):
        return
    for each in change.better:
        if each.after not in _REPORTED:
            told = ("; ".join(each.messages) or f"{each.before}").rstrip(".")
            unknown = each.before == Outcome.UNKNOWN
            stack = places.stack(each.urn.split("::", 1)[0].removeprefix("urn:pulumi:"))
            yield {
                "ruleId": each.control,
                "level": "error" if each.denies else "note" if unknown else "warning",
                "message": _message(f"No longer found: {each.before} for {each.resource}: {told}."),
                "locations": [{**_location(stack), "logicalLocations": [{"fullyQualifiedName": each.urn}]}],
                "partialFingerprints": _fingerprints(each.control, each.urn),
                "suppressions": [],
                "baselineState": "absent",
                "properties": {"outcome": each.before, "severity": each.severity},
            }
    for problem in change.problems_gone:
        waiver = problem.about == "waiver"
        place = places.waiver_problem(problem.text) if waiver else places.baseline_problem(problem.text)
        yield {
            **_problem(_STALE_WAIVER if waiver else _STALE_BASELINE, problem.text, place),
            "baselineState": "absent",
        }


def _result(verdict: Verdict, result: StackResult, places: Places, states: _States) -> dict[str, Any]:
    resource = verdict.resource
    found = [*places.of(verdict), *([places.waiver(verdict.waiver)] if verdict.waiver else ())]
    first, *others = found or [places.stack(resource.stack)]
    told = ("; ".join(verdict.messages) or verdict.outcome).rstrip(".")
    text = f"{verdict.control.title}: {verdict.outcome} for {resource.key}: {told}. Fix: {verdict.control.fix}"
    return {
        "ruleId": verdict.control.id,
        "level": _level(verdict, strict=result.strict),
        "message": _message(text),
        "locations": [{**_location(first), "logicalLocations": [{"fullyQualifiedName": resource.urn}]}],
        "relatedLocations": [{"id": number, **_location(each)} for number, each in enumerate(others, 1)],
        "partialFingerprints": _fingerprints(verdict.control.id, resource.urn),
        "suppressions": list(_suppressions(verdict)),
        **states.of(verdict),
        "properties": {"outcome": verdict.outcome, "severity": verdict.control.severity},
    }


def _level(verdict: Verdict, *, strict: bool) -> str:
    """Return how loud a result is: an error denies; UNKNOWN is a note, and an error where strict makes it deny."""
    if verdict.denies(strict=strict):
        return "error"
    return "note" if verdict.outcome is Outcome.UNKNOWN else "warning"


def _suppressions(verdict: Verdict) -> Iterator[dict[str, Any]]:
    if waiver := verdict.waiver:
        reason = f"waived by {waiver.owner} until {waiver.expires}: {waiver.reason}"
        yield {"kind": "external", "status": "accepted", "justification": reason}
    if baseline := verdict.baseline:
        reason = f"there before the catalogue; {baseline.owner} fixes it until {baseline.expires}"
        yield {"kind": "external", "status": "accepted", "justification": reason}


def _problems(result: StackResult, places: Places, states: _States) -> Iterator[dict[str, Any]]:
    """Yield what is wrong with waivers and baselines, which denies as well."""
    stale = [
        *((_STALE_WAIVER, each, places.waiver_problem(each)) for each in result.report.waiver_problems),
        *((_STALE_BASELINE, each, places.baseline_problem(each)) for each in result.report.baseline_problems),
    ]
    for rule, problem, place in stale:
        yield {**_problem(rule, problem, place), **states.of_problem(problem)}


def _problem(rule: str, problem: str, place: Place) -> dict[str, Any]:
    return {
        "ruleId": rule,
        "level": "error",
        "message": _message(problem),
        "locations": [_location(place)],
        "partialFingerprints": _fingerprints(rule, problem),
        "suppressions": [],
    }


def _notifications(result: StackResult, places: Places, left_out: int) -> Iterator[dict[str, Any]]:
    if result.error is not None:
        bug = result.exit_code is ExitCode.OUR_BUG
        yield {
            "level": "error",
            "descriptor": {"id": "program-broke" if bug else "bad-configuration"},
            "message": _message(result.error),
            "locations": [_location(places.stack(result.name))],
        }
    if left_out > 0:
        text = f"{left_out} results are left out, the least severe ones: GitHub takes {MOST_RESULTS} of a run."
        yield {"level": "warning", "descriptor": {"id": "results-left-out"}, "message": _message(text)}


def _location(place: Place) -> dict[str, Any]:
    artifact = {"uri": quote(in_repository(place.file)), "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": place.line}}}


def _message(text: str) -> dict[str, str]:
    """Return a message in which no name that somebody chose becomes a link, or shows as another."""
    return {"text": printable_lines(text).replace("](", "] (")}


def _fingerprints(*parts: str) -> dict[str, str]:
    """Return what tells a finding from others, wherever its line moves; GitHub reads the name of the first alone."""
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return {"primaryLocationLineHash": f"{digest[:16]}:1", "secureClusters/v1": digest}


def _rank(verdict: Verdict) -> tuple[int, int, str, str]:
    return (
        _REPORTED.index(verdict.outcome),
        _WORST_FIRST.index(verdict.control.severity),
        verdict.control.id,
        verdict.resource.urn,
    )
