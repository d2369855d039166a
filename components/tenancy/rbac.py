"""The four ready roles, as data, and the component that creates them once per cluster.

None has a wildcard, none may escalate, bind or impersonate, and none reaches beyond the namespace that
a RoleBinding names. Almost nobody needs full admin, so there is no admin role.

Source: https://kubernetes.io/docs/concepts/security/rbac-good-practices/
"""

from enum import StrEnum
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from ..naming import cluster_role_name

READ: Final = ("get", "list", "watch")
WRITE: Final = ("create", "update", "patch", "delete")

Rule = tuple[str, tuple[str, ...], tuple[str, ...]]
"""An API group, the resources in it and the verbs on them."""


class Role(StrEnum):
    """The ready roles, from least to most."""

    VIEWER = "viewer"
    """Reads workloads, logs and configuration; no secret."""
    DEVELOPER = "developer"
    """Viewer, and manages workloads through their controllers; no secret, no shell."""
    DEBUGGER = "debugger"
    """Shell and port-forward in running containers. Developers hold it outside production only."""
    OPERATOR = "operator"
    """Developer and debugger, and manages secrets and service accounts."""
    BREAK_GLASS = "break-glass"
    """Operator, and network policies; bound with an expiry only."""


_VIEWER: tuple[Rule, ...] = (
    (
        "",
        (
            "configmaps",
            "endpoints",
            "events",
            "limitranges",
            "persistentvolumeclaims",
            "pods",
            "pods/log",
            "pods/status",
            "resourcequotas",
            "serviceaccounts",
            "services",
        ),
        READ,
    ),
    ("apps", ("controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets"), READ),
    ("autoscaling", ("horizontalpodautoscalers",), READ),
    ("batch", ("cronjobs", "jobs"), READ),
    ("discovery.k8s.io", ("endpointslices",), READ),
    ("networking.k8s.io", ("ingresses", "networkpolicies"), READ),
    ("policy", ("poddisruptionbudgets",), READ),
    ("rbac.authorization.k8s.io", ("rolebindings", "roles"), READ),
)
_WORKLOADS: tuple[Rule, ...] = (
    ("", ("configmaps", "persistentvolumeclaims", "services"), WRITE),
    ("", ("pods",), ("delete",)),
    ("", ("pods/eviction",), ("create",)),
    ("apps", ("deployments", "deployments/scale", "statefulsets", "statefulsets/scale"), WRITE),
    ("autoscaling", ("horizontalpodautoscalers",), WRITE),
    ("batch", ("cronjobs", "jobs"), WRITE),
    ("networking.k8s.io", ("ingresses",), WRITE),
    ("policy", ("poddisruptionbudgets",), WRITE),
)
_DEBUG: tuple[Rule, ...] = (("", ("pods/exec", "pods/portforward"), ("create", "get")),)
_SECRETS: tuple[Rule, ...] = (
    ("", ("secrets",), READ + WRITE),
    ("", ("serviceaccounts",), WRITE),
    ("", ("pods",), ("create", "patch", "update")),
)
_EMERGENCY: tuple[Rule, ...] = (
    ("", ("pods/attach", "pods/ephemeralcontainers"), ("create", "get", "patch", "update")),
    ("networking.k8s.io", ("networkpolicies",), WRITE),
)

ROLES: Final[dict[Role, tuple[Rule, ...]]] = {
    Role.VIEWER: _VIEWER,
    Role.DEVELOPER: _VIEWER + _WORKLOADS,
    Role.DEBUGGER: _DEBUG,
    Role.OPERATOR: _VIEWER + _WORKLOADS + _DEBUG + _SECRETS,
    Role.BREAK_GLASS: _VIEWER + _WORKLOADS + _DEBUG + _SECRETS + _EMERGENCY,
}
"""What each role may do, in the namespaces where it is bound."""


class Roles(pulumi.ComponentResource):
    """The ready roles as ClusterRoles `secure-clusters-<role>`, once per cluster.

    It binds nobody: a tenant's namespaces bind groups to them. It creates no aggregated role, so no
    other role can widen these.
    """

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("secureclusters:tenancy:Roles", name, {}, opts)
        for role, rules in ROLES.items():
            k8s.rbac.v1.ClusterRole(
                f"{name}-{role}",
                metadata=k8s.meta.v1.ObjectMetaArgs(name=cluster_role_name(role)),
                rules=[
                    k8s.rbac.v1.PolicyRuleArgs(api_groups=[group], resources=list(resources), verbs=list(verbs))
                    for group, resources, verbs in rules
                ],
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
