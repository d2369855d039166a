"""What differs between both sides of one environment."""

from __future__ import annotations

from dataclasses import replace

from preview import permissions, reachability
from preview.reachability import Reachability
from preview.result import StackResult

from . import flows, resources, rights, verdicts
from .masks import HIDDEN
from .model import Change, Presence, RightsChange
from .snapshot import Snapshot


def compared(before: Snapshot | None, after: Snapshot, result: StackResult, change: Change) -> StackResult:
    """Return the result with what differs; `change` says what it is compared with.

    An environment that could not be previewed on one side is compared with nothing.
    """
    if result.error is not None:
        broken = Presence.BROKEN if before and before.error is None else Presence.BROKEN_BEFORE
        return replace(result, change=replace(change, presence=Presence.ADDED if before is None else broken))
    if before is not None and before.error is not None:
        found = replace(change, presence=Presence.BROKEN_BEFORE, problem=before.error)
        return replace(result, change=found)
    presence = Presence.ADDED if before is None else Presence.BOTH
    old = before or _nothing(after)
    worse, better = verdicts.compare(old, after)
    problems, problems_gone = verdicts.compare_problems(old, after)
    opened, closed = flows.compare(*_reachability(old, result))
    gained, lost = _rights(old, result)
    return replace(
        result,
        change=replace(
            change,
            presence=presence,
            resources=resources.compare(old.resources, after.resources),
            worse=worse,
            better=better,
            opened=opened,
            closed=closed,
            gained=gained,
            lost=lost,
            waivers=verdicts.compare_waivers(old.waivers, after.waivers),
            problems=problems,
            problems_gone=problems_gone,
        ),
    )


def removed(before: Snapshot, change: Change) -> StackResult:
    """Return the result of an environment that is there no more: all that it had is removed, its findings as well.

    Of one that could not be previewed before, nothing is known. Waivers are not its own: they stay.
    """
    readable = before.model_copy(update={"error": None})
    nothing = _nothing(before).model_copy(update={"waivers": before.waivers})
    gone = compared(readable, nothing, StackResult(name=before.name), change)
    return replace(gone, change=replace(gone.change or change, presence=Presence.REMOVED))


def _nothing(like: Snapshot) -> Snapshot:
    return Snapshot(name=like.name, error=None, resources=(), controls=(), verdicts=(), waivers=())


def _reachability(before: Snapshot, result: StackResult) -> tuple[Reachability, Reachability]:
    """Return both sides over the same pods: a label that only later policies name had its answer before."""
    old = [each.resource(HIDDEN) for each in before.resources]
    first, second = reachability.of(old), result.reachability or reachability.of(result.resources)
    if {*map(str, first.endpoints)} == {*map(str, second.endpoints)}:
        return first, second
    return reachability.of(old, second.endpoints), reachability.of(result.resources, first.endpoints)


def _rights(before: Snapshot, result: StackResult) -> tuple[tuple[RightsChange, ...], tuple[RightsChange, ...]]:
    old = permissions.of([each.resource(HIDDEN) for each in before.resources])
    return rights.compare(old, result.permissions or permissions.of(result.resources))
