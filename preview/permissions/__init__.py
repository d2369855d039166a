"""Who can do what, by the RBAC objects among recorded resources, and what of it is dangerous.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/
"""

import functools
from collections.abc import Iterator, Mapping, Sequence

from policies.model import Resource

from . import dangers, recorded
from .model import Grant, Holding, Permissions
from .rules import Request, Rule
from .subjects import Identity, Subject

__all__ = ["Identity", "Permissions", "Request", "Rule", "Subject", "of"]

_Key = tuple[tuple[str, ...], tuple[Rule, ...]]


def of(resources: Sequence[Resource]) -> Permissions:
    """Return who can do what; objects that depend on unknown values are left out and named."""
    found = recorded.read(resources)
    judged = functools.cache(dangers.of)
    holdings = [
        Holding(
            subject=subject,
            namespaces=namespaces,
            roles=roles,
            rules=rules,
            dangers=judged(rules, cluster=namespaces is None),
        )
        for subject in sorted(found.grants)
        for namespaces, (roles, rules) in _held(subject, found.grants)
    ]
    return Permissions(
        grants=found.grants,
        holdings=tuple(holdings),
        unresolved=tuple(sorted(found.unresolved)),
        not_known=tuple(found.not_known),
    )


def _held(subject: Subject, grants: Mapping[Subject, Sequence[Grant]]) -> Iterator[tuple[tuple[str, ...] | None, _Key]]:
    """Yield what a subject holds in the whole cluster, then what it holds in namespaces beyond that."""
    by_namespace: dict[str | None, list[Grant]] = {}
    for each in {subject: None, **dict.fromkeys(Identity.of(subject).subjects())}:
        for grant in grants.get(each, ()):
            by_namespace.setdefault(grant.namespace, []).append(grant)
    if everywhere := by_namespace.pop(None, None):
        yield None, _key(everywhere)
    same: dict[_Key, list[str]] = {}
    for namespace, group in by_namespace.items():
        same.setdefault(_key(group), []).append(str(namespace))
    for key, namespaces in same.items():
        yield tuple(sorted(namespaces)), key


def _key(grants: Sequence[Grant]) -> _Key:
    rules = dict.fromkeys(rule for grant in grants for rule in grant.rules)
    return tuple(sorted({grant.role for grant in grants})), tuple(rules)
