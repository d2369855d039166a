"""Preview environments, and compare them with what they were in another revision of the project."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from components import stack_file
from preview import ROOT, environments
from preview.result import StackResult

from . import compare, git, other_side, side, worktree
from .model import Change
from .other_side import NotComparableError
from .snapshot import Request, Snapshot


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Results, and why they could not be compared, where they could not."""

    results: list[StackResult]
    problem: str | None


def preview(names: Sequence[str], ref: str, *, strict: bool, together: bool, root: Path = ROOT) -> Compared:
    """Return the result of each stack as the work tree is, uncommitted edits included, with what differs.

    The other side is the merge base of the revision and HEAD, in a worktree and a process of its own, which run
    beside this one. Raises `UserError` where there is no such revision or nothing to preview.
    """
    revision = git.revision(root, ref)
    change = Change(ref=ref, commit=revision.commit)
    with worktree.checked_out(revision) as folder:
        here, there = stack_file.names(root / "stacks"), stack_file.names(folder / "stacks")
        # A stack that is on neither side is left to this one, which says so.
        wanted = [name for name in dict.fromkeys(names or here) if name in here or name not in there]
        before = [name for name in (dict.fromkeys(names) if names else there) if name in there]
        request = Request(stacks=tuple(before), strict=strict, together=together, key=secrets.token_hex(32))
        with other_side.asked(folder, request) as answer:
            only_removed = bool(names) and not wanted
            results = [] if only_removed else environments.preview(wanted, strict=strict, together=together)
            try:
                old = answer()
            except NotComparableError as error:
                problem = f"there is no comparison with {ref} ({revision.commit[:10]}): {error}"
                missing = replace(change, problem=problem)
                return Compared(results=[replace(each, change=missing) for each in results], problem=problem)
    request = request.model_copy(update={"stacks": tuple(wanted)})
    return Compared(results=_compared(old, results, request, change), problem=None)


def _compared(
    before: Sequence[Snapshot], results: Sequence[StackResult], request: Request, change: Change
) -> list[StackResult]:
    after = side.snapshots(results, request)
    if request.together and before:
        if len(before) == len(after) == 1:
            return [compare.compared(before[0], after[0], results[0], change)]
        apart = replace(change, problem="one side can't be read as one environment, so there is nothing to compare")
        return [replace(each, change=apart) for each in results]
    old = {each.name: each for each in before}
    compared = [
        compare.compared(old.pop(result.name, None), snapshot, result, change)
        for result, snapshot in zip(results, after, strict=True)
    ]
    return [*compared, *(compare.removed(each, change) for each in old.values())]
