"""What an audit may read: the least role, as data.

It lists and nothing else: no watch, no get, no write, and no Secret. `tests/components/audit` holds it against
what the audit asks for.
"""

from collections.abc import Mapping
from typing import Any, Final

from ..naming import cluster_role_name

NAME: Final = cluster_role_name("audit")

LISTED: Final[Mapping[str, tuple[str, ...]]] = {
    "": (
        "configmaps",
        "limitranges",
        "namespaces",
        "persistentvolumeclaims",
        "persistentvolumes",
        "pods",
        "replicationcontrollers",
        "resourcequotas",
        "serviceaccounts",
        "services",
    ),
    "admissionregistration.k8s.io": ("mutatingwebhookconfigurations", "validatingwebhookconfigurations"),
    "apps": ("daemonsets", "deployments", "replicasets", "statefulsets"),
    "aquasecurity.github.io": ("vulnerabilityreports",),
    "batch": ("cronjobs", "jobs"),
    "cert-manager.io": ("certificaterequests", "certificates", "clusterissuers", "issuers"),
    "external-secrets.io": ("clustersecretstores", "externalsecrets", "secretstores"),
    "gateway.networking.k8s.io": ("gateways", "httproutes"),
    "networking.istio.io": ("destinationrules", "envoyfilters", "gateways", "serviceentries"),
    "networking.k8s.io": ("ingresses", "networkpolicies"),
    "policy": ("poddisruptionbudgets",),
    "policy.linkerd.io": ("authorizationpolicies", "meshtlsauthentications", "serverauthorizations", "servers"),
    "policy.sigstore.dev": ("clusterimagepolicies",),
    "rbac.authorization.k8s.io": ("clusterrolebindings", "clusterroles", "rolebindings", "roles"),
    "security.istio.io": ("authorizationpolicies", "peerauthentications"),
    "storage.k8s.io": ("storageclasses",),
    "upgrade.cattle.io": ("plans",),
}
"""Resources by API group."""


def manifest() -> dict[str, Any]:
    """Return the ClusterRole as a document, for whoever runs the audit from outside the cluster."""
    rules = [
        {"apiGroups": [group], "resources": list(resources), "verbs": ["list"]} for group, resources in LISTED.items()
    ]
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": NAME},
        "rules": rules,
    }
