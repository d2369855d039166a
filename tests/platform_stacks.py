"""Stacks with the platform's services on, for tests: on every kind of cluster, and what waivers have to accept."""

from typing import Any

from tests import eks_clusters, gke_clusters

API_SERVER = {"networks": [{"cidr": "10.0.0.0/28"}]}
REACHED = [{"cidr": "10.9.0.0/28"}]
VAULT = {"kind": "vault", "server": "https://vault.example:8200", "networks": REACHED}
ROOTS = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
AUTHORITIES: dict[str, dict[str, Any]] = {
    "imported": {"kind": "imported", "roots": ROOTS},
    "vault": {"kind": "vault", "roots": ROOTS, "server": "https://vault.example:8200", "reached": REACHED},
    "acm-pca": {
        "kind": "acm-pca",
        "roots": ROOTS,
        "arn": "arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/01234567-89ab-cdef-0123-456789abcdef",
    },
    "google-cas": {
        "kind": "google-cas",
        "roots": ROOTS,
        "project": "example-prod",
        "location": "europe-west3",
        "pool": "internal",
    },
}
"""Authorities that are not in the cluster."""
NEEDED = {
    # The CA injector puts the webhooks' CA into them, and reads it from a Secret that the webhook makes.
    ("rbac-no-admission-changes", "ClusterRole::cert-manager-cert-manager-cainjector"),
    ("rbac-secrets-stay-in-namespace", "ClusterRoleBinding::cert-manager-cert-manager-cainjector"),
    # A certificate's key is a Secret in the namespace of whoever asked for it.
    ("rbac-secrets-stay-in-namespace", "ClusterRoleBinding::cert-manager-cert-manager-controller-certificates"),
    ("rbac-secrets-stay-in-namespace", "ClusterRoleBinding::cert-manager-cert-manager-controller-clusterissuers"),
    ("rbac-secrets-stay-in-namespace", "ClusterRoleBinding::cert-manager-cert-manager-controller-issuers"),
    # What comes from the store is a Secret in the namespace that asked for it.
    ("rbac-secrets-stay-in-namespace", "ClusterRoleBinding::external-secrets-external-secrets-controller"),
}
"""What mandatory controls refuse and the operators can't do without: each has a waiver where it is switched on."""


def tenant(identities: tuple[str, ...] = ()) -> dict[str, Any]:
    """A tenant that asks for a certificate and a secret; `identities` are the grants of the account for secrets."""
    account = {"identities": [{"serviceAccount": "secrets", "grants": list(identities)}]} if identities else {}
    api = {
        "name": "api",
        "certificates": [{"name": "api-tls", "services": ["api"]}],
        "secrets": {"copies": [{"name": "database", "key": "shop/database"}]},
        **account,
    }
    return {"name": "shop", "owner": "shop-team", "namespaces": [{"name": "web"}, api]}


def stack(
    cluster: dict[str, Any], store: dict[str, Any], identities: tuple[str, ...] = (), **more: Any
) -> dict[str, Any]:
    """Settings of a stack with every service of this file on."""
    return {
        "owner": "platform-team",
        "cluster": cluster,
        "admission": {
            "deployers": {"groups": ["deployers"]},
            "parameters": {"allowedRegistries": ["quay.io/jetstack", "ghcr.io/external-secrets"]},
        },
        "platform": {"apiServer": API_SERVER, "tls": {}, "secrets": {"store": store}},
        "tenants": [tenant(identities)],
        **more,
    }


def without_secrets(given: dict[str, Any]) -> dict[str, Any]:
    """A stack of this file with `secrets` off, for a machine that doesn't reach the chart of External Secrets."""
    on = {name: value for name, value in given["platform"].items() if name != "secrets"}
    names = [
        {
            **each,
            "namespaces": [
                {key: value for key, value in one.items() if key != "secrets"} for one in each["namespaces"]
            ],
        }
        for each in given["tenants"]
    ]
    return {**given, "platform": on, "tenants": names}


IRSA = "oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
STACKS: dict[str, dict[str, Any]] = {
    "existing": stack(
        {"kind": "existing", "identifier": "site-a", "networkPolicyEngine": "calico"},
        VAULT,
        kubeconfig={"from": "file", "path": "x"},
    ),
    "eks": stack(
        {"kind": "eks", **eks_clusters.settings(irsaIssuer=IRSA)},
        {"kind": "aws-secrets-manager", "region": "eu-central-1", "networks": REACHED},
        ("arn:aws:iam::111122223333:policy/shop-secrets",),
    ),
    "gke": stack(
        {"kind": "gke", **gke_clusters.settings()},
        {
            "kind": "google-secret-manager",
            "project": "example-prod",
            "clusterProject": "example-prod",
            "clusterLocation": "europe-west3",
            "clusterName": "prod-gcp",
            "networks": [{"cidr": "199.36.153.8/30"}],
        },
        ("roles/secretmanager.secretAccessor@secrets/shop-database",),
    ),
}
"""A stack for each kind of cluster."""
