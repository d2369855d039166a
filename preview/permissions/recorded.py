"""Roles and bindings among recorded resources, with aggregated ClusterRoles put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policies.model import Resource
from preview.objects import as_list, as_mapping, is_known, name_of, namespace_of, plain
from preview.reachability.selectors import Selector

from .model import Grant
from .rules import ALL, Rule
from .subjects import SUPERUSERS, Subject, SubjectKind

_RBAC = "kubernetes:rbac.authorization.k8s.io/"
_RoleKey = tuple[str | None, str]
"""Namespace (None for a ClusterRole) and name."""

BUILT_IN: Mapping[_RoleKey, tuple[Rule, ...]] = {
    (None, "cluster-admin"): (Rule((ALL,), (ALL,), (ALL,)), Rule((ALL,), paths=(ALL,))),
}
"""Roles that every cluster has and whose rules don't change with its version."""


@dataclass(kw_only=True)
class Recorded:
    """Grants by subject, and what is missing."""

    grants: dict[Subject, list[Grant]] = field(default_factory=dict[Subject, list[Grant]])
    unresolved: set[str] = field(default_factory=set[str])
    not_known: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class _ClusterRole:
    name: str
    labels: Mapping[str, str]
    rules: tuple[Rule, ...]
    selectors: tuple[Selector, ...] | None
    """Which ClusterRoles it is made of; None where its rules are its own."""


def read(resources: Sequence[Resource]) -> Recorded:
    """Return what the bindings among the resources grant."""
    found = Recorded()
    by_kind: dict[str, list[Resource]] = {}
    for resource in resources:
        if resource.type.startswith(_RBAC):
            by_kind.setdefault(resource.type.rsplit(":", 1)[-1], []).append(resource)
    roles = dict(BUILT_IN)
    for each in by_kind.get("Role", ()):
        if _is_read(each, found, "rules", "metadata"):
            roles[namespace_of(each), name_of(each)] = _rules(each)
    whole = [
        each for each in by_kind.get("ClusterRole", ()) if _is_read(each, found, "rules", "aggregationRule", "metadata")
    ]
    roles.update(_aggregated([_cluster_role(each) for each in whole]))
    unread = {name_of(each) for each in by_kind.get("ClusterRole", ())} - {name_of(each) for each in whole}
    for kind in ("ClusterRoleBinding", "RoleBinding"):
        for each in by_kind.get(kind, ()):
            if _is_read(each, found, "roleRef", "subjects", "metadata"):
                _grant(each, kind == "RoleBinding", roles, unread, found)
    superusers = Subject(SubjectKind.GROUP, SUPERUSERS)
    if superusers in found.grants:
        everything = BUILT_IN[None, "cluster-admin"]
        found.grants[superusers].append(Grant(binding="", namespace=None, role="by the API server", rules=everything))
    return found


def _is_read(resource: Resource, found: Recorded, *keys: str) -> bool:
    known = is_known(*(resource.props.plain.get(key) for key in keys))
    if not known:
        found.not_known.append(resource.key)
    return known


def _rules(resource: Resource) -> tuple[Rule, ...]:
    return tuple(Rule.of(each) for each in as_list(resource.props.plain.get("rules")))


def _cluster_role(resource: Resource) -> _ClusterRole:
    aggregation: Any = resource.props.plain.get("aggregationRule")
    selectors = as_list(as_mapping(aggregation).get("clusterRoleSelectors"))
    return _ClusterRole(
        name_of(resource),
        as_mapping(plain(resource, "metadata").get("labels")),
        _rules(resource),
        None if aggregation is None else tuple(Selector.of(each) for each in selectors),
    )


def _aggregated(roles: Sequence[_ClusterRole]) -> dict[_RoleKey, tuple[Rule, ...]]:
    """Return the rules of each ClusterRole; those of an aggregated one are replaced by those that it selects.

    Aggregated roles may select one another, so what they gain is handed on until nothing is gained any more.
    """
    rules: dict[str, dict[Rule, None]] = {
        each.name: {} if each.selectors is not None else dict.fromkeys(each.rules) for each in roles
    }
    chosen = {
        each.name: [
            other.name
            for other in roles
            if other.name != each.name and any(selector.matches(other.labels) for selector in each.selectors)
        ]
        for each in roles
        if each.selectors is not None
    }
    gained = True
    while gained:
        gained = False
        for name, others in chosen.items():
            before = len(rules[name])
            for other in others:
                rules[name].update(rules[other])
            gained |= len(rules[name]) != before
    return {(None, name): tuple(each) for name, each in rules.items()}


def _grant(
    binding: Resource,
    namespaced: bool,  # noqa: FBT001 - the kind of the binding
    roles: Mapping[_RoleKey, tuple[Rule, ...]],
    unread: set[str],
    found: Recorded,
) -> None:
    reference = plain(binding, "roleRef")
    namespace = namespace_of(binding) if namespaced else None
    kind, name = str(reference.get("kind")), str(reference.get("name"))
    rules = roles.get((namespace if kind == "Role" else None, name))
    if rules is None:
        rules = ()
        if name not in unread:
            found.unresolved.add(f"{kind} {name}" if kind == "ClusterRole" else f"{kind} {namespace}/{name}")
    grant = Grant(binding=binding.key, namespace=namespace, role=f"{kind} {name}", rules=rules)
    for each in as_list(binding.props.plain.get("subjects")):
        subject = Subject.of(each, namespace)
        if subject is not None:
            found.grants.setdefault(subject, []).append(grant)
