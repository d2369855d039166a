"""Who can do what, in few lines for a person and as plain data for a program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from preview.plain_text import counted

from .model import Holding, Permissions

_LONGEST = 25
"""Most lines of each part that a person is shown."""
_FEW = 3
"""Most namespaces that are named in one line."""


def lines(found: Permissions) -> Iterator[str]:
    """Yield the report line by line; nothing where nobody is bound to anything."""
    if found.grants:
        dangerous = {each.subject for each in found.holdings if each.dangers}
        yield f"permissions: {counted(len(found.grants), 'subject')}, {len(dangerous)} with dangerous rights"
    yield from _part([line for each in found.holdings for line in _dangers(each)])
    yield from _part([f"not recorded, so not judged: {each}" for each in found.unresolved])
    yield from _part([f"not known before the update: {key}" for key in found.not_known])


def as_json(found: Permissions) -> dict[str, Any]:
    """Return the whole as JSON values."""
    return {
        "holdings": [
            {
                "subject": {"kind": each.subject.kind, "name": each.subject.name, "namespace": each.subject.namespace},
                "namespaces": None if each.namespaces is None else list(each.namespaces),
                "roles": list(each.roles),
                "verbs": {key: list(verbs) for key, verbs in each.verbs().items()},
                "dangers": [{"id": one.id, "why": one.why, "limited": one.limited} for one in each.dangers],
            }
            for each in found.holdings
        ],
        "unresolved": list(found.unresolved),
        "notKnown": list(found.not_known),
    }


def _dangers(holding: Holding) -> Iterator[str]:
    if holding.dangers:
        ids = ", ".join(f"{each.id} (named objects)" if each.limited else each.id for each in holding.dangers)
        yield f"{holding.subject} in {where(holding)} ({', '.join(holding.roles)}): {ids}"


def where(holding: Holding) -> str:
    """Return the namespaces of a holding, a few by name."""
    if holding.namespaces is None:
        return "the whole cluster"
    shown = ", ".join(holding.namespaces[:_FEW])
    return shown if len(holding.namespaces) <= _FEW else f"{shown} and {len(holding.namespaces) - _FEW} more"


def _part(all_lines: Sequence[str]) -> Iterator[str]:
    yield from (f"  {each}" for each in all_lines[:_LONGEST])
    if len(all_lines) > _LONGEST:
        yield f"  ... {len(all_lines) - _LONGEST} more like this; --format json has them all"
