"""JUnit XML, for the test tab of a CI system: a suite for each environment, a case for each control and resource.

JUnit has no word for a warning. So what denies is a failure, what could not be judged or is accepted is skipped with
its reason, and nothing but a pass is a pass.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from policies.model import Outcome, Verdict
from preview.formats import Layout
from preview.result import StackResult

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold, not even escaped."""
_PASSED, _SKIPPED, _FAILED, _BROKE = "passed", "skipped", "failure", "error"
_TOTALS = {"failures": _FAILED, "errors": _BROKE, "skipped": _SKIPPED}


def render(results: Sequence[StackResult], _layout: Layout | None = None) -> str:
    """Return the results as JUnit XML."""
    root = ET.Element("testsuites", name="secure-clusters")
    for result in results:
        root.append(_suite(result))
    for name in ("tests", *_TOTALS):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(result: StackResult) -> ET.Element:
    suite = ET.Element("testsuite", name=_text(result.name))
    states: Counter[str] = Counter()
    for case, state in _cases(result):
        suite.append(case)
        states[state] += 1
    suite.set("tests", str(states.total()))
    for name, state in _TOTALS.items():
        suite.set(name, str(states[state]))
    return suite


def _cases(result: StackResult) -> Iterator[tuple[ET.Element, str]]:
    if result.error is not None:
        yield _case("preview", result.name, _BROKE, "not previewed", result.error), _BROKE
    for verdict in sorted(result.report.verdicts, key=lambda each: (each.control.id, each.resource.key)):
        state = _state(verdict, strict=result.strict)
        yield _case(verdict.control.id, verdict.resource.key, state, _headline(verdict), _body(verdict)), state
    for name, problems in (("waivers", result.report.waiver_problems), ("baselines", result.report.baseline_problems)):
        for number, problem in enumerate(problems, 1):
            yield _case(name, f"problem {number}", _FAILED, "out of date", problem), _FAILED


def _case(classname: str, name: str, state: str, headline: str, body: str) -> ET.Element:
    case = ET.Element("testcase", classname=_text(classname), name=_text(name))
    if state != _PASSED:
        ET.SubElement(case, state, message=_text(headline)).text = _text(body)
    return case


def _state(verdict: Verdict, *, strict: bool) -> str:
    if verdict.outcome is Outcome.ERROR:
        return _BROKE
    if verdict.denies(strict=strict):
        return _FAILED
    return _PASSED if verdict.outcome is Outcome.PASS else _SKIPPED


def _headline(verdict: Verdict) -> str:
    return f"{verdict.outcome} ({verdict.control.severity}, {verdict.control.enforcement}): {verdict.control.title}"


def _body(verdict: Verdict) -> str:
    lines = [*verdict.messages]
    if verdict.waiver:
        lines.append(f"waived by {verdict.waiver.owner} until {verdict.waiver.expires}: {verdict.waiver.reason}")
    if verdict.baseline:
        lines.append(f"there before; {verdict.baseline.owner} fixes it until {verdict.baseline.expires}")
    if verdict.outcome in (Outcome.FAIL, Outcome.EXISTING):
        lines.append(f"fix: {verdict.control.fix}")
    return "\n".join(lines)


def _text(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
