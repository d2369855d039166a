"""A service account that signs in outside the cluster for its namespace, and the right to a token of it.

An operator that may make tokens of every account acts as anybody. So it gets that right in a namespace at a time,
on the one account that it signs in with.
"""

from typing import Any

_RBAC = "rbac.authorization.k8s.io"


def account(name: str, namespace: str) -> dict[str, Any]:
    """Return a service account whose pods get no token."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": namespace},
        "automountServiceAccountToken": False,
    }


def lent(name: str, namespace: str, *, to: tuple[str, str]) -> list[dict[str, Any]]:
    """Return a role that makes tokens of this one account, bound to an operator's account (name, namespace)."""
    operator, home = to
    metadata = {"name": f"{operator}-signs-in-as-{name}", "namespace": namespace}
    rule = {"apiGroups": [""], "resources": ["serviceaccounts/token"], "resourceNames": [name], "verbs": ["create"]}
    subject = {"kind": "ServiceAccount", "name": operator, "namespace": home}
    reference = {"apiGroup": _RBAC, "kind": "Role", "name": metadata["name"]}
    api = f"{_RBAC}/v1"
    return [
        {"apiVersion": api, "kind": "Role", "metadata": metadata, "rules": [rule]},
        {"apiVersion": api, "kind": "RoleBinding", "metadata": metadata, "roleRef": reference, "subjects": [subject]},
    ]
