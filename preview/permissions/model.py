"""What there is to say about who can do what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .dangers import Danger
from .rules import Request, Rule
from .subjects import SUPERUSERS, Identity, Subject


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One binding, with the rules of the role that it names."""

    binding: str
    """Key of the binding's resource; empty for what needs none."""
    namespace: str | None
    """None where the binding holds in the whole cluster."""
    role: str
    """`ClusterRole view`; `by the API server` for what no role gives."""
    rules: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What a subject may do, in namespaces where it may do the same."""

    subject: Subject
    namespaces: tuple[str, ...] | None
    """None for the whole cluster, what lies in no namespace included."""
    roles: tuple[str, ...]
    rules: tuple[Rule, ...]
    dangers: tuple[Danger, ...]

    def verbs(self) -> Mapping[str, tuple[str, ...]]:
        """Return the verbs by `group/resource`, by path, and by both with `[names]` where names limit them."""
        found: dict[str, set[str]] = {}
        for rule in self.rules:
            names = f"[{','.join(rule.names)}]" if rule.names else ""
            resources = (
                f"{group}/{each}{names}" if group else f"{each}{names}"
                for group in rule.groups
                for each in rule.resources
            )
            for key in (*resources, *rule.paths):
                found.setdefault(key, set()).update(rule.verbs)
        return {key: tuple(sorted(found[key])) for key in sorted(found)}


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """Who can do what, by RBAC.

    It holds what the recorded objects grant. What the API server grants by itself to everybody (discovery), and
    other authorizers (nodes, webhooks), are not part of it, but for `system:masters`.
    """

    grants: Mapping[Subject, Sequence[Grant]] = field(hash=False)
    holdings: tuple[Holding, ...]
    """A subject's own grants together with those of the groups that it is in by itself."""
    unresolved: tuple[str, ...]
    """Roles that bindings name and that are not recorded, such as those that the cluster brings."""
    not_known: tuple[str, ...]
    """Keys of resources that depend on values that are not known before the update; they are left out."""

    def allows(self, identity: Identity, request: Request) -> bool:
        """Return whether RBAC lets somebody do something."""
        if SUPERUSERS in identity.groups:
            return True
        return any(
            rule.allows(request)
            for subject in identity.subjects()
            for grant in self.grants.get(subject, ())
            if grant.namespace is None or grant.namespace == request.namespace
            for rule in grant.rules
        )
