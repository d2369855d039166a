"""Which verdicts a change makes worse, which better, and what it does to waivers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policies.model import Outcome, Severity

from .model import Problem, VerdictChange, WaiverAction, WaiverChange
from .snapshot import RecordedVerdict, RecordedWaiver, Snapshot

_RANKS = {
    each: rank
    for rank, group in enumerate(
        (
            (Outcome.PASS, Outcome.NOT_APPLICABLE),
            (Outcome.WAIVED,),
            (Outcome.EXISTING,),
            (Outcome.UNKNOWN,),
            (Outcome.FAIL,),
            (Outcome.ERROR,),
        )
    )
    for each in group
}
"""How bad an outcome is. What is waived is no pass: the risk is there, and somebody answers for it."""
_WORST = max(_RANKS.values())


def compare(before: Snapshot, after: Snapshot) -> tuple[tuple[VerdictChange, ...], tuple[VerdictChange, ...]]:
    """Return what got worse, and what got better; what denies first, then by severity.

    A violation that was there before gets worse where it says something that it did not say.
    """
    worse, better = list(_worse(before, after)), list(_worse(after, before))
    return tuple(sorted(worse, key=_order)), tuple(sorted(map(_turned, better), key=_order))


def _worse(before: Snapshot, after: Snapshot) -> Iterator[VerdictChange]:
    old = {(each.control, each.urn): each for each in before.verdicts}
    there = {each.urn for each in before.resources}
    for verdict in after.verdicts:
        earlier = old.get((verdict.control, verdict.urn))
        messages = _new_messages(earlier, verdict)
        if messages is None:
            continue
        judged = verdict.urn in there and verdict.control in before.controls
        passed = Outcome.PASS.value if judged else None
        yield VerdictChange(
            control=verdict.control,
            severity=verdict.severity,
            resource=verdict.resource,
            before=earlier.outcome if earlier else passed,
            after=verdict.outcome,
            messages=messages,
            fix=verdict.fix,
            url=verdict.url,
            denies=verdict.denies,
            urn=verdict.urn,
        )


def _new_messages(before: RecordedVerdict | None, after: RecordedVerdict) -> tuple[str, ...] | None:
    """Return what the later verdict says that is new; None where it is no worse."""
    rank, earlier = _rank(after.outcome), _rank(before.outcome) if before else 0
    if rank > earlier:
        return after.messages
    new = tuple(each for each in after.messages if before and each not in before.messages)
    return new if rank == earlier and new else None


def _rank(outcome: str) -> int:
    """Return how bad an outcome is; one that this revision doesn't know is as bad as can be."""
    return _RANKS.get(Outcome(outcome), _WORST) if outcome in list(Outcome) else _WORST


def _turned(change: VerdictChange) -> VerdictChange:
    """Return what got worse on the way back as what got better."""
    return VerdictChange(
        control=change.control,
        severity=change.severity,
        resource=change.resource,
        before=change.after,
        after=change.before,
        messages=change.messages,
        fix=change.fix,
        url=change.url,
        denies=change.denies,
        urn=change.urn,
    )


def _order(change: VerdictChange) -> tuple[bool, int, str, str]:
    severities = [each.value for each in Severity]
    rank = severities.index(change.severity) if change.severity in severities else len(severities)
    return not change.denies, -rank, change.control, change.resource


def compare_problems(before: Snapshot, after: Snapshot) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Return what is wrong with waivers and baselines later and was not before, and what is no more."""
    return tuple(_problems(before, after)), tuple(_problems(after, before))


def _problems(before: Snapshot, after: Snapshot) -> Iterator[Problem]:
    known = {*(before.waiver_problems or ()), *(before.baseline_problems or ())}
    for text in after.waiver_problems or ():
        if text not in known:
            yield Problem(about="waiver", text=text)
    for text in after.baseline_problems or ():
        if text not in known:
            yield Problem(about="baseline", text=text)


def compare_waivers(before: Sequence[RecordedWaiver], after: Sequence[RecordedWaiver]) -> tuple[WaiverChange, ...]:
    """Return what happens to the waivers; one is the same where control, stack and resource are."""
    old, new = ({(each.control, each.stack, each.resource): each for each in side} for side in (before, after))
    changes = (_waiver(old.get(key), new.get(key)) for key in {**new, **old})
    return tuple(each for each in changes if each is not None)


def _waiver(before: RecordedWaiver | None, after: RecordedWaiver | None) -> WaiverChange | None:
    named = after or before
    if named is None or before == after:
        return None
    return WaiverChange(
        action=_action(before, after),
        control=named.control,
        resource=named.resource,
        owner=named.owner,
        reason=named.reason,
        before=before and before.expires,
        after=after and after.expires,
    )


def _action(before: RecordedWaiver | None, after: RecordedWaiver | None) -> WaiverAction:
    if before is None or after is None:
        return WaiverAction.ADDED if before is None else WaiverAction.REMOVED
    if before.expires == after.expires:
        return WaiverAction.REWORDED
    return WaiverAction.EXTENDED if before.expires < after.expires else WaiverAction.SHORTENED
