"""What differs between the properties of a resource on both sides."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from policies.values import UNKNOWN
from preview.plain_text import one_line

from .masks import HIDDEN, Path, hide_named, is_named_secret
from .model import PropertyChange
from .snapshot import RecordedResource

NOT_KNOWN = "(known after the update)"
_LONGEST = 160
"""Most characters of a value that are shown."""
_LEAD = 20
"""Characters that stay before the first difference of two long texts."""
_ABSENT = object()


@dataclass(frozen=True)
class Secret:
    """A secret as the digest that tells it from others."""

    digest: str


@dataclass(frozen=True, kw_only=True)
class Difference:
    """The deepest place where two values differ."""

    path: Path
    before: Any
    """`_ABSENT` where there was nothing."""
    after: Any

    def shown(self) -> PropertyChange:
        """Return it as a report may show it."""
        before, after = self.before, self.after
        if is_named_secret(self.path):
            before, after = (HIDDEN if isinstance(each, str) else each for each in (before, after))
        texts = [None if each is _ABSENT else _text(each) for each in (before, after)]
        start = _first_difference(*texts)
        texts = [None if each is None else _shortened(each, start) for each in texts]
        return PropertyChange(path=_written(self.path), before=texts[0], after=texts[1])


def differences(before: RecordedResource, after: RecordedResource) -> list[Difference]:
    """Return where two recordings of a resource differ; what is unknown on both sides is what it is made of."""
    old, new = before.values(Secret), after.values(Secret)
    found = list(_differences(old, new, ()))
    for name in sorted({*before.references, *after.references}):
        here, there = before.references.get(name, ()), after.references.get(name, ())
        if set(here) != set(there) and not any(each.path[0] == name for each in found):
            found.append(Difference(path=(name,), before=_outputs_of(here), after=_outputs_of(there)))
    return found


def _outputs_of(urns: Sequence[str]) -> Any:
    return [f"outputs of {urn.rsplit('::', 1)[-1]}" for urn in sorted(urns)] if urns else _ABSENT


def _differences(old: Any, new: Any, path: Path) -> Iterator[Difference]:
    if isinstance(old, str) and isinstance(new, str) and old != new:
        old, new = _documents(old, new)
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        before, after = cast("Mapping[str, Any]", old), cast("Mapping[str, Any]", new)
        for key in sorted({*before, *after}):
            yield from _differences(before.get(key, _ABSENT), after.get(key, _ABSENT), (*path, key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _in_lists(cast("list[Any]", old), cast("list[Any]", new), path)
    elif not _same(old, new):
        yield Difference(path=path, before=old, after=new)


def _same(old: Any, new: Any) -> bool:
    if old is _ABSENT or new is _ABSENT or old is UNKNOWN or new is UNKNOWN:
        return old is new
    return bool(old == new) and isinstance(old, bool) == isinstance(new, bool)


def _documents(old: str, new: str) -> tuple[Any, Any]:
    """Return both as values where both are JSON objects or lists, as the policies of clouds are."""
    if not (old[:1] in "{[" and new[:1] in "{["):
        return old, new
    try:
        return json.loads(old), json.loads(new)
    except (ValueError, RecursionError):
        return old, new


def _in_lists(old: list[Any], new: list[Any], path: Path) -> Iterator[Difference]:
    """Compare items of one name with each other, else what stands in the place of what."""
    before, after = _by_name(old), _by_name(new)
    if before is not None and after is not None:
        for name in {**before, **after}:
            yield from _differences(before.get(name, _ABSENT), after.get(name, _ABSENT), (*path, ItemName(name)))
        return
    texts = [[_text(each, hide=False) for each in items] for items in (old, new)]
    for what, first, end, begin, last in difflib.SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if what != "equal":
            pairs = min(end - first, last - begin)
            for offset in range(pairs):
                yield from _differences(old[first + offset], new[begin + offset], (*path, begin + offset))
            for index in range(first + pairs, end):
                yield Difference(path=(*path, index), before=old[index], after=_ABSENT)
            for index in range(begin + pairs, last):
                yield Difference(path=(*path, index), before=_ABSENT, after=new[index])


class ItemName(str):
    """The name of a list's item, as a step of a path."""

    __slots__ = ()


def _by_name(items: list[Any]) -> dict[str, Any] | None:
    """Return the items by their names; None where one has none, or two have the same."""
    named: dict[str, Any] = {}
    for item in items:
        name = cast("Mapping[str, Any]", item).get("name") if isinstance(item, Mapping) else None
        if not isinstance(name, str) or name in named:
            return None
        named[name] = item
    return named


def _written(path: Path) -> str:
    """Return `spec.containers[web].args[0]`; a name with dots stands in brackets."""
    text = ""
    for step in path:
        if isinstance(step, ItemName | int) or "." in step:
            text += f"[{step}]"
        else:
            text += f".{step}"
    return one_line(text.removeprefix("."), _LONGEST)


def _text(value: Any, *, hide: bool = True) -> str:
    """Return a value as JSON; secrets are hidden, what is not known says so, and neither is in quotes."""
    if value is UNKNOWN:
        return NOT_KNOWN
    if hide and (isinstance(value, Secret) or value == HIDDEN):
        return HIDDEN
    return json.dumps(
        hide_named(value) if hide else value,
        ensure_ascii=False,
        sort_keys=True,
        default=_placeholder if hide else repr,
    )


def _placeholder(value: Any) -> str:
    return NOT_KNOWN if value is UNKNOWN else HIDDEN


def _first_difference(before: str | None, after: str | None) -> int:
    """Return from where two texts are to be shown, so that what differs is seen."""
    if before is None or after is None or max(len(before), len(after)) <= _LONGEST:
        return 0
    same = next((at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), 0)
    return max(0, same - _LEAD)


def _shortened(text: str, start: int) -> str:
    rest = f"…{text[start:]}" if start else text
    return one_line(rest, _LONGEST) if len(rest) <= _LONGEST else f"{one_line(rest, _LONGEST)} ({len(text)} characters)"
