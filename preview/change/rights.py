"""Which rights a change gives, and which it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from preview.permissions import Permissions, Request, Rule, Subject
from preview.permissions.model import Holding

from .model import RightsChange

_FEW = 3
"""Most namespaces that are named in one line."""
_EVERYWHERE = "the whole cluster"
_Place = tuple[Subject, str | None]
"""A subject, and a namespace or the whole cluster."""


def compare(before: Permissions, after: Permissions) -> tuple[tuple[RightsChange, ...], tuple[RightsChange, ...]]:
    """Return the rights that are gained and those that are lost."""
    old, new = _by_place(before), _by_place(after)
    return tuple(_gained(old, new)), tuple(_gained(new, old))


def _by_place(found: Permissions) -> dict[_Place, Holding]:
    return {
        (holding.subject, namespace): holding
        for holding in found.holdings
        for namespace in (holding.namespaces if holding.namespaces is not None else (None,))
    }


def _gained(before: Mapping[_Place, Holding], after: Mapping[_Place, Holding]) -> Iterator[RightsChange]:
    """Yield what is held later and was not before, in that namespace or in the whole cluster."""
    places: dict[tuple[Subject, tuple[str, ...], tuple[str, ...]], list[str | None]] = {}
    for (subject, namespace), holding in after.items():
        held = [before[place] for place in ((subject, namespace), (subject, None)) if place in before]
        if any(each.rules == holding.rules for each in held):
            continue
        rights = _rights(holding.rules, [rule for each in held for rule in each.rules])
        known = {danger.id for each in held for danger in each.dangers}
        dangers = tuple(each.id for each in holding.dangers if each.id not in known)
        if rights:
            places.setdefault((subject, rights, dangers), []).append(namespace)
    for (subject, rights, dangers), namespaces in places.items():
        yield RightsChange(subject=str(subject), where=_where(namespaces), rights=rights, dangers=dangers)


def _rights(rules: Sequence[Rule], before: Sequence[Rule]) -> tuple[str, ...]:
    """Return the rights of rules that no earlier rule gave, by verbs: `create, delete: apps/deployments, pods`."""
    verbs: dict[str, set[str]] = {}
    for key, request in _requests(rules):
        if not any(each.allows(request) for each in before):
            verbs.setdefault(key, set()).add(request.verb)
    same: dict[tuple[str, ...], list[str]] = {}
    for key in sorted(verbs):
        same.setdefault(tuple(sorted(verbs[key])), []).append(key)
    return tuple(f"{', '.join(each)}: {', '.join(keys)}" for each, keys in same.items())


def _requests(rules: Sequence[Rule]) -> Iterator[tuple[str, Request]]:
    """Yield each single thing that the rules allow, under the name that `Holding.verbs` gives it."""
    for rule in rules:
        for verb in rule.verbs:
            for path in rule.paths:
                yield path, Request(verb=verb, path=path)
            for group in rule.groups:
                for resource in rule.resources:
                    key = f"{group}/{resource}" if group else resource
                    for name in rule.names or ("",):
                        named = f"{key}[{name}]" if name else key
                        yield named, Request(verb=verb, group=group, resource=resource, name=name)


def _where(namespaces: Sequence[str | None]) -> str:
    names = sorted(_EVERYWHERE if each is None else each for each in namespaces)
    shown = ", ".join(names[:_FEW])
    return shown if len(names) <= _FEW else f"{shown} and {len(names) - _FEW} more"
