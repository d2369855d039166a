"""Users, groups and service accounts, with the groups that the API server puts them into by itself.

Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

AUTHENTICATED, UNAUTHENTICATED = "system:authenticated", "system:unauthenticated"
ANONYMOUS = "system:anonymous"
SUPERUSERS = "system:masters"
"""The API server lets this group do everything, whatever RBAC says."""
_ACCOUNTS = "system:serviceaccounts"
_ACCOUNT = "system:serviceaccount"


class SubjectKind(StrEnum):
    """Kinds of subjects."""

    USER = "User"
    GROUP = "Group"
    SERVICE_ACCOUNT = "ServiceAccount"


@dataclass(frozen=True, order=True)
class Subject:
    """Who a binding names."""

    kind: SubjectKind
    name: str
    namespace: str = ""
    """Only of a service account."""

    @classmethod
    def of(cls, subject: Mapping[str, Any], binding_namespace: str | None) -> Subject | None:
        """Return the subject of a plain entry of `subjects`; None where it can't match anybody.

        A service account without a namespace is one of the binding's.
        """
        if subject.get("kind") not in list(SubjectKind):
            return None
        kind = SubjectKind(subject["kind"])
        if kind is not SubjectKind.SERVICE_ACCOUNT:
            return cls(kind, subject["name"])
        namespace = subject.get("namespace") or binding_namespace
        return cls(kind, subject["name"], namespace) if namespace else None

    def __str__(self) -> str:
        """Return `Group viewers` or `ServiceAccount namespace/name`."""
        return f"{self.kind} {self.namespace + '/' if self.namespace else ''}{self.name}"


@dataclass(frozen=True)
class Identity:
    """Who sends a request: a user name and groups."""

    user: str
    groups: frozenset[str]

    @classmethod
    def of(cls, subject: Subject) -> Identity:
        """Return a subject as it arrives; for a group, some member of it that is bound by nothing else."""
        match subject.kind:
            case SubjectKind.SERVICE_ACCOUNT:
                user = f"{_ACCOUNT}:{subject.namespace}:{subject.name}"
                return cls(user, frozenset({_ACCOUNTS, f"{_ACCOUNTS}:{subject.namespace}", AUTHENTICATED}))
            case SubjectKind.USER:
                return cls(subject.name, _groups_of_user(subject.name))
            case SubjectKind.GROUP:
                return cls("", _groups_of_member(subject.name))

    def subjects(self) -> list[Subject]:
        """Return everything that a binding can name to mean this identity."""
        found = [Subject(SubjectKind.USER, self.user)]
        found += [Subject(SubjectKind.GROUP, each) for each in sorted(self.groups)]
        prefix, _, rest = self.user.partition(f"{_ACCOUNT}:")
        namespace, colon, name = rest.partition(":")
        if not prefix and colon:
            found.append(Subject(SubjectKind.SERVICE_ACCOUNT, name, namespace))
        return found


def _groups_of_user(user: str) -> frozenset[str]:
    if user == ANONYMOUS:
        return frozenset({UNAUTHENTICATED})
    namespace, colon, _ = user.removeprefix(f"{_ACCOUNT}:").partition(":")
    if user.startswith(f"{_ACCOUNT}:") and colon:
        return frozenset({_ACCOUNTS, f"{_ACCOUNTS}:{namespace}", AUTHENTICATED})
    return frozenset({AUTHENTICATED})


def _groups_of_member(group: str) -> frozenset[str]:
    if group == UNAUTHENTICATED:
        return frozenset({group})
    accounts = {_ACCOUNTS} if group.startswith(f"{_ACCOUNTS}:") else set[str]()
    return frozenset({group, AUTHENTICATED, *accounts})
