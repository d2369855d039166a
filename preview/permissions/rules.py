"""Rules of RBAC as values, and what they allow.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policies.values import entries

ALL = "*"


@dataclass(frozen=True, kw_only=True)
class Request:
    """One thing that somebody may want to do."""

    verb: str
    group: str = ""
    """API group; empty is the core group."""
    resource: str = ""
    """Resource, such as `pods` or `pods/log`; empty for a path."""
    name: str = ""
    """Name of the object; empty where the request has none: list, create and their like."""
    namespace: str | None = None
    """None for what lies in no namespace, and for all namespaces together."""
    path: str = ""
    """Path of the API server that is no resource, such as `/metrics`."""


@dataclass(frozen=True)
class Rule:
    """One rule of a role; each field is sorted, so that equal rules are equal objects."""

    verbs: tuple[str, ...]
    groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """Names of the objects that it is limited to; none means all of them."""
    paths: tuple[str, ...] = ()

    @classmethod
    def of(cls, rule: Mapping[str, Any]) -> Rule:
        """Return the rule of a plain entry of `rules`."""
        keys = ("verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs")
        return cls(*(tuple(sorted(set(entries(rule.get(key))))) for key in keys))

    def allows(self, request: Request) -> bool:
        """Return whether the rule allows a request, wherever the rule is in force."""
        if not _has(self.verbs, request.verb):
            return False
        if request.path:
            return any(_is_path(each, request.path) for each in self.paths)
        return (
            _has(self.groups, request.group)
            and any(_is_resource(each, request.resource) for each in self.resources)
            and (not self.names or request.name in self.names)
        )


def _has(allowed: tuple[str, ...], asked: str) -> bool:
    return ALL in allowed or asked in allowed


def _is_resource(rule: str, asked: str) -> bool:
    """`*` is every resource with every subresource, `*/scale` that subresource of all; `pods/*` means nothing."""
    _, slash, subresource = asked.partition("/")
    return rule in (ALL, asked) or (bool(slash) and rule == f"*/{subresource}")


def _is_path(rule: str, asked: str) -> bool:
    return rule in (ALL, asked) or (rule.endswith("*") and asked.startswith(rule.rstrip("*")))
