"""Which resources a change adds, changes, replaces and removes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from policies import replacements
from preview.objects import as_mapping

from . import properties
from .model import Action, ResourceChange
from .properties import Difference
from .snapshot import RecordedResource

_STEPS = re.compile(r"[^.\[\]\"]+")


def compare(before: Sequence[RecordedResource], after: Sequence[RecordedResource]) -> tuple[ResourceChange, ...]:
    """Return what happens to the resources of both sides, in the order of the program, removed ones last.

    A resource is the same where its URN is: one that moves to another component, or gets another logical name, is
    removed and added, as an engine does without an alias. Aliases are not followed.
    """
    old = {each.urn: each for each in before}
    new = {each.urn: each for each in after}
    changes = [_added_or_changed(old.get(each.urn), each) for each in after]
    removed = [_whole(Action.REMOVED, each) for each in before if each.urn not in new]
    return tuple(each for each in (*changes, *removed) if each is not None)


def _whole(action: Action, resource: RecordedResource) -> ResourceChange:
    return ResourceChange(action=action, urn=resource.urn, type=resource.type, name=resource.name)


def _added_or_changed(before: RecordedResource | None, after: RecordedResource) -> ResourceChange | None:
    if before is None:
        return _whole(Action.ADDED, after)
    found = properties.differences(before, after)
    if not found:
        return None
    replacing = tuple(dict.fromkeys(_replacing(after, found)))
    return ResourceChange(
        action=Action.REPLACED if replacing else Action.CHANGED,
        urn=after.urn,
        type=after.type,
        name=after.name,
        properties=tuple(each.shown() for each in found),
        replaced_by=replacing,
    )


def _replacing(resource: RecordedResource, found: Sequence[Difference]) -> Iterator[str]:
    """Yield the paths that replace, as the provider's list or the program's `replaceOnChanges` names them."""
    patch = resource.type.startswith("kubernetes:") and resource.type.endswith("Patch")
    listed = replacements.of_type("kubernetes:*") if patch else replacements.of_type(resource.judged_type)
    for path in (*listed, *resource.replace_on_changes):
        steps = _STEPS.findall(path)
        if any(_touches(steps, each) for each in found):
            yield path


def _touches(steps: Sequence[str], difference: Difference) -> bool:
    """Return whether a difference lies in what the steps name, or holds a difference of it; `*` is every item."""
    meet = all(
        step in ("*", str(part)) or isinstance(part, properties.ItemName)
        for step, part in zip(steps, difference.path, strict=False)
    )
    below = steps[len(difference.path) :]
    return meet and (not below or _at(difference.before, below) != _at(difference.after, below))


def _at(value: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        value = as_mapping(value).get(step)
    return value
