"""The parts of the Markdown report on one environment, each with at most so many entries."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from policies.model import Outcome, Verdict
from preview.change.model import Change, Flow, ResourceChange, RightsChange, VerdictChange, WaiverChange
from preview.permissions import report as permissions_report
from preview.reachability import report as reachability_report
from preview.result import StackResult

from .markdown_text import code, link, text

_ACCEPTED = (Outcome.WAIVED, Outcome.EXISTING)
_SENTENCE = 500
"""Most characters of a fix, and of what is wrong."""
_Entry = TypeVar("_Entry")
_Key = tuple[str, str]
"""Control and `type::name`."""


@dataclass(frozen=True, kw_only=True)
class _Finding:
    """One verdict, from a comparison or from the report itself."""

    control: str
    severity: str
    resource: str
    outcomes: str
    messages: tuple[str, ...]
    fix: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part that is shown, or folded under its title."""

    title: str
    lines: tuple[str, ...]
    folded: bool = True

    def written(self) -> str:
        """Return it as Markdown; the empty lines make what is folded Markdown as well."""
        body = "\n".join(self.lines)
        if self.folded:
            return f"<details><summary>{self.title}</summary>\n\n{body}\n\n</details>"
        return f"**{self.title}**\n\n{body}"


def of(result: StackResult, most: int) -> Iterator[Part]:
    """Yield the parts that have anything to say: what is new and denies first, everything else folded."""
    change = result.change
    new = {(each.control, each.resource) for each in change.worse if each.denies} if change else set[_Key]()
    denying = [each for each in result.report.verdicts if each.denies(strict=result.strict)]
    fresh = [each for each in denying if (each.control.id, each.resource.key) in new]
    old = [each for each in denying if (each.control.id, each.resource.key) not in new]
    compared = change is not None and change.problem is None
    yield from _findings("❌ New failures", [_of_verdict(each) for each in fresh], most, folded=False)
    title = "Failures that were there before" if compared else "❌ Failures"
    yield from _findings(title, [_of_verdict(each) for each in old], most, folded=compared)
    problems = (*result.report.waiver_problems, *result.report.baseline_problems)
    yield from _listed("❌ Waivers and baselines", problems, _sentence, most, folded=False)
    if change is not None:
        yield from _changed(change, most)
    yield from _present(result, most)


def _changed(change: Change, most: int) -> Iterator[Part]:
    """Yield what a reviewer must see, then what is folded."""
    rights = functools.partial(_rights, most=most)
    yield from _listed("🔓 Ways opened", change.opened, _flow, most, folded=False)
    yield from _listed("🔑 Rights gained", change.gained, rights, most, folded=False)
    yield from _listed("📝 Waivers", change.waivers, _waiver, most, folded=False)
    worse = [_of_change(each) for each in change.worse if not each.denies]
    yield from _findings("⚠️ Verdicts that got worse", worse, most, folded=True)
    yield from _findings("✅ Verdicts that got better", [*map(_of_change, change.better)], most, folded=True)
    yield from _listed("Resources", change.resources, functools.partial(_resource, most=most), most)
    yield from _listed("Ways closed", change.closed, _flow, most)
    yield from _listed("Rights lost", change.lost, rights, most)


def _present(result: StackResult, most: int) -> Iterator[Part]:
    """Yield what holds whether or not anything changes."""
    accepted = [each for each in result.report.verdicts if each.outcome in _ACCEPTED]
    yield from _findings("Accepted risks", [_of_verdict(each) for each in accepted], most, folded=True)
    unknown = [
        each
        for each in result.report.verdicts
        if each.outcome is Outcome.UNKNOWN and not each.denies(strict=result.strict)
    ]
    yield from _findings("Not known before the update", [_of_verdict(each) for each in unknown], most, folded=True)
    for title, lines in (
        ("Who can talk to whom", reachability_report.lines(result.reachability) if result.reachability else ()),
        ("Who can do what", permissions_report.lines(result.permissions) if result.permissions else ()),
    ):
        yield from _listed(title, [*lines], _sentence, most, count=False)


def _of_change(change: VerdictChange) -> _Finding:
    return _Finding(
        control=change.control,
        severity=change.severity,
        resource=change.resource,
        outcomes=f"{change.before or 'none'} → {change.after or 'none'}",
        messages=change.messages,
        fix=change.fix,
        url=change.url,
    )


def _of_verdict(verdict: Verdict) -> _Finding:
    control, waiver, baseline = verdict.control, verdict.waiver, verdict.baseline
    accepted = (
        f", by {waiver.owner} until {waiver.expires}: {waiver.reason}"
        if waiver
        else f", {baseline.owner} fixes it until {baseline.expires}"
        if baseline
        else ""
    )
    return _Finding(
        control=control.id,
        severity=control.severity,
        resource=verdict.resource.key,
        outcomes=f"{verdict.outcome}{accepted}",
        messages=verdict.messages,
        fix=control.fix,
        url=control.url,
    )


def _findings(title: str, findings: Sequence[_Finding], most: int, *, folded: bool) -> Iterator[Part]:
    """Yield the findings under their controls, the fix once for each."""
    if not findings:
        return
    by_control: dict[str, list[_Finding]] = {}
    for each in findings:
        by_control.setdefault(each.control, []).append(each)
    lines: list[str] = []
    for group in list(by_control.values())[:most]:
        first = group[0]
        lines.append(f"- {link(first.control, first.url)} ({text(first.severity)})")
        lines += [f"  - {_finding(each)}" for each in group[:most]]
        lines += _rest(len(group), most, indent="  ")
        lines.append(f"  - Fix: {text(first.fix, _SENTENCE)}")
    lines += _rest(len(by_control), most, what="more controls")
    yield Part(title=f"{title}: {len(findings)}", lines=tuple(lines), folded=folded)


def _finding(finding: _Finding) -> str:
    messages = f": {text('; '.join(finding.messages), _SENTENCE)}" if finding.messages else ""
    return f"{code(finding.resource)} {text(finding.outcomes, _SENTENCE)}{messages}"


def _listed(
    title: str,
    entries: Sequence[_Entry],
    written: Callable[[_Entry], str],
    most: int,
    *,
    folded: bool = True,
    count: bool = True,
) -> Iterator[Part]:
    if entries:
        lines = (*(f"- {written(each)}" for each in entries[:most]), *_rest(len(entries), most))
        yield Part(title=f"{title}: {len(entries)}" if count else title, lines=lines, folded=folded)


def _rest(there: int, most: int, *, indent: str = "", what: str = "more") -> Iterable[str]:
    return [f"{indent}- … {there - most} {what}"] if there > most else []


def _sentence(line: str) -> str:
    return text(line, _SENTENCE)


def _flow(flow: Flow) -> str:
    return code(str(flow))


def _resource(change: ResourceChange, most: int) -> str:
    why = f", for {code(', '.join(change.replaced_by))}" if change.replaced_by else ""
    head = f"{change.action} {code(change.key)}{why}"
    below = [
        f"  - {code(each.path)}: {_value(each.before)} → {_value(each.after)}" for each in change.properties[:most]
    ]
    return "\n".join([head, *below, *_rest(len(change.properties), most, indent="  ")])


def _value(value: str | None) -> str:
    return "absent" if value is None else code(value)


def _rights(change: RightsChange, most: int) -> str:
    dangers = f" — **dangerous**: {code(', '.join(change.dangers))}" if change.dangers else ""
    below = [f"  - {code(each)}" for each in change.rights[:most]]
    head = f"{code(change.subject)} in {text(change.where)}{dangers}"
    return "\n".join([head, *below, *_rest(len(change.rights), most, indent="  ")])


def _waiver(change: WaiverChange) -> str:
    ends = " → ".join(each for each in (change.before, change.after) if each)
    about = f"{code(change.control)} for {code(change.resource)}"
    return f"{change.action}: {about}, {text(ends)}, {text(change.owner)}: {text(change.reason, _SENTENCE)}"
