"""Write `stacks/baseline.yaml` from what a preview finds today."""

import datetime
from collections.abc import Iterator, Sequence

import yaml

from components.errors import UserError
from policies.model import LONGEST_WAIVER, Baseline, Enforcement, Outcome, Verdict

from .result import StackResult

_DAYS = 90
_HEADER = """\
# yaml-language-server: $schema=../docs/baseline.schema.json
# Violations that were there before the catalogue: they warn until the last day, and every other one denies.
# Written by 'python -m preview baseline STACK', see docs/guides/brownfield.md. One that is fixed must go as well.
"""


def written(
    results: Sequence[StackResult],
    before: Sequence[Baseline],
    today: datetime.date,
    *,
    owner: str | None,
    days: int | None,
) -> tuple[str, list[str]]:
    """Return the content of the file, and a line on each stack for whoever asked.

    The baselines of other stacks stay as they are. Owner and end of one that is there stay unless they are given.
    Raises `UserError` for a stack that could not be previewed, without an owner or with too late an end.
    """
    kept = {baseline.stack: baseline for baseline in before}
    lines: list[str] = []
    for result in results:
        if result.error is not None:
            raise UserError(f"{result.name} could not be previewed, so its baseline stays as it was\n{result.error}")
        old = kept.pop(result.name, None)
        violations = frozenset(_violations(result.report.verdicts))
        lines.append(_told(result.name, old, violations))
        if violations:
            kept[result.name] = Baseline(
                stack=result.name,
                owner=_owner(result.name, old, owner),
                expires=_expires(old, today, days),
                violations=violations,
            )
    entries = [_entry(kept[stack]) for stack in sorted(kept)]
    return _HEADER + yaml.safe_dump({"baselines": entries}, sort_keys=False, width=110, allow_unicode=True), lines


def _violations(verdicts: Sequence[Verdict]) -> Iterator[tuple[str, str]]:
    for verdict in verdicts:
        mandatory = verdict.control.enforcement is Enforcement.MANDATORY
        if mandatory and verdict.outcome in (Outcome.FAIL, Outcome.EXISTING):
            yield verdict.control.id, verdict.resource.key


def _owner(stack: str, old: Baseline | None, given: str | None) -> str:
    owner = given or (old.owner if old else "")
    if len(owner) < 3:
        raise UserError(f"say who fixes the violations of {stack}: --owner TEAM")
    return owner


def _expires(old: Baseline | None, today: datetime.date, days: int | None) -> datetime.date:
    if days is None and old is not None:
        return old.expires
    chosen = _DAYS if days is None else days
    if not 1 <= chosen <= LONGEST_WAIVER.days:
        raise UserError(f"--days {chosen}: a baseline lasts 1 to {LONGEST_WAIVER.days} days")
    return today + datetime.timedelta(days=chosen)


def _told(stack: str, old: Baseline | None, violations: frozenset[tuple[str, str]]) -> str:
    before = old.violations if old else frozenset[tuple[str, str]]()
    added, gone = len(violations - before), len(before - violations)
    return f"{stack}: {len(violations)} violations may stay ({added} added, {gone} gone)"


def _entry(baseline: Baseline) -> dict[str, object]:
    by_control: dict[str, list[str]] = {}
    for control, resource in sorted(baseline.violations):
        by_control.setdefault(control, []).append(resource)
    return {
        "stack": baseline.stack,
        "owner": baseline.owner,
        "expires": baseline.expires,
        "violations": by_control,
    }
