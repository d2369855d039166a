"""Roles, bindings and requests made up at random from a seed, as odd as the API server lets them be."""

import random
from dataclasses import dataclass, field
from typing import Any

from preview.permissions import Identity, Request, Subject
from preview.permissions.subjects import SubjectKind

LABEL = "permissions-test"
_VERBS = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "bind", "impersonate", "*")
_GROUPS = ("", "apps", "batch", "rbac.authorization.k8s.io", "example.com", "*")
_RESOURCES = (
    "pods", "pods/log", "pods/exec", "pods/*", "secrets", "deployments", "deployments/scale", "*/scale", "*/status",
    "nodes/proxy", "roles", "things", "*",
)  # fmt: skip
_NAMES = ("one", "two")
_PATHS = ("/metrics", "/logs/*", "/x*", "/api/v9/*", "*")
_ASKED_PATHS = (
    "/metrics",
    "/metrics/x",
    "/logs/",
    "/logs/a/b",
    "/logs",
    "/x",
    "/xyz",
    "/y",
    "/api/v9/z",
    "/healthz",
    "/api",
)


@dataclass
class Objects:
    """RBAC objects by kind, and those that requests are made up for."""

    roles: list[dict[str, Any]] = field(default_factory=list)
    cluster_roles: list[dict[str, Any]] = field(default_factory=list)
    role_bindings: list[dict[str, Any]] = field(default_factory=list)
    cluster_role_bindings: list[dict[str, Any]] = field(default_factory=list)


class Chance:
    def __init__(self, seed: int, namespaces: list[str]) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a seed, so that a failure comes again
        self.namespaces = namespaces
        kinds = SubjectKind
        self.subjects = [
            *(Subject(kinds.USER, f"{LABEL}-user-{number}") for number in range(4)),
            *(Subject(kinds.GROUP, f"{LABEL}-group-{number}") for number in range(4)),
            *(Subject(kinds.SERVICE_ACCOUNT, f"account-{number}", name) for number in range(2) for name in namespaces),
            *(Subject(kinds.GROUP, f"system:serviceaccounts:{name}") for name in namespaces),
            Subject(kinds.USER, f"system:serviceaccount:{namespaces[0]}:account-0"),
        ]

    def objects(self, count: int) -> Objects:
        made = Objects()
        for number in range(count):
            name = f"{LABEL}-{number}"
            made.cluster_roles.append(self._cluster_role(name, number))
            for namespace in self.namespaces:
                rules = [self._rule() for _ in range(self.random.randint(0, 3))]
                made.roles.append({"metadata": {"name": name, "namespace": namespace}, "rules": rules})
        for number in range(count):
            kind, name = self.random.choice(("Role", "ClusterRole")), f"{LABEL}-{self.random.randrange(count + 2)}"
            namespace = self.random.choice(self.namespaces)
            made.role_bindings.append(self._binding(f"{LABEL}-{number}", kind, name, namespace))
            if number % 2 == 0:
                role = f"{LABEL}-{self.random.randrange(count + 2)}"
                made.cluster_role_bindings.append(self._binding(f"{LABEL}-{number}", "ClusterRole", role, None))
        return made

    def _cluster_role(self, name: str, number: int) -> dict[str, Any]:
        metadata = {"name": name, "labels": {LABEL: self.random.choice("abc")}}
        if number % 4 == 3:
            chosen = [{"matchLabels": {LABEL: self.random.choice("abcd")}} for _ in range(self.random.randint(1, 2))]
            return {"metadata": metadata, "aggregationRule": {"clusterRoleSelectors": chosen}, "rules": []}
        rules = [self._rule() for _ in range(self.random.randint(0, 3))]
        if self.random.random() < 0.3:
            rules.append({"verbs": self._some(("get", "post", "*")), "nonResourceURLs": self._some(_PATHS)})
        return {"metadata": metadata, "rules": rules}

    def _rule(self) -> dict[str, Any]:
        # Wildcards are rare, or everybody could do everything.
        verbs, groups, resources = (
            [each for each in self._some(pool) if each != "*" or self.random.random() < 0.3] or [pool[0]]
            for pool in (_VERBS, _GROUPS, _RESOURCES)
        )
        names = {"resourceNames": self._some(_NAMES)} if self.random.random() < 0.3 else {}
        return {"verbs": verbs, "apiGroups": groups, "resources": resources, **names}

    def _binding(self, name: str, kind: str, role: str, namespace: str | None) -> dict[str, Any]:
        subjects = []
        for each in self.random.sample(self.subjects, self.random.randint(0, 2)):
            group = "" if each.kind is SubjectKind.SERVICE_ACCOUNT else "rbac.authorization.k8s.io"
            subject = {"kind": each.kind.value, "name": each.name, "apiGroup": group}
            subjects.append(subject | ({"namespace": each.namespace} if each.namespace else {}))
        reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role}
        metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
        return {"metadata": metadata, "roleRef": reference, "subjects": subjects}

    def asking(self) -> tuple[Identity, Request]:
        identity = Identity.of(self.random.choice(self.subjects))
        if identity.user == "":
            identity = Identity("somebody", identity.groups)
        if self.random.random() < 0.2:
            return identity, Request(verb=self.random.choice(("get", "post")), path=self.random.choice(_ASKED_PATHS))
        asked = self.random.choice(
            [each for each in _RESOURCES if "*" not in each] + ["deployments/status", "things/scale"]
        )
        return identity, Request(
            verb=self.random.choice(_VERBS[:-1]),
            group=self.random.choice(_GROUPS[:-1]),
            resource=asked,
            name=self.random.choice(("", "", *_NAMES, "three")),
            namespace=self.random.choice((None, *self.namespaces)),
        )

    def _some(self, pool: tuple[str, ...]) -> list[str]:
        return self.random.sample(pool, self.random.randint(1, min(3, len(pool))))
