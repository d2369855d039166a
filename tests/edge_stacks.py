"""Stacks with certificates for the edge, for tests: on every kind of cluster, in the DNS that the kind goes with."""

from typing import Any

from tests import aks_clusters, eks_clusters, gke_clusters
from tests.platform_stacks import API_SERVER, REACHED, STACKS

SERVER = "https://acme-v02.api.letsencrypt.org/directory"
HOST = "shop.example.com"
_IN_CLOUD = {"name": "example.com", "networks": REACHED}
ZONES: dict[str, dict[str, Any]] = {
    "existing": {
        "kind": "rfc2136",
        "name": "example.com",
        "nameserver": "10.8.0.53",
        "keyName": "secure-clusters",
        "secret": "zone-key",
    },
    "eks": {"kind": "route53", "hostedZone": "Z0123456789ABC", **_IN_CLOUD},
    "aks": {
        "kind": "azure-dns",
        "subscription": aks_clusters.SUBSCRIPTION,
        "resourceGroup": "dns",
        **_IN_CLOUD,
    },
    "gke": {"kind": "cloud-dns", "project": gke_clusters.PROJECT, "managedZone": "example-com", **_IN_CLOUD},
}
"""A zone for each kind of cluster."""
CLUSTERS: dict[str, dict[str, Any]] = {
    "existing": {name: STACKS["existing"][name] for name in ("cluster", "kubeconfig")},
    "eks": {"cluster": {"kind": "eks", **eks_clusters.settings()}},
    "aks": {"cluster": {"kind": "aks", **aks_clusters.settings()}},
    "gke": {"cluster": {"kind": "gke", **gke_clusters.settings()}},
}


def namespace(name: str, *hosts: str) -> dict[str, Any]:
    """A namespace that asks for one certificate for these hosts."""
    return {"name": name, "edgeCertificates": [{"name": f"{name}-edge", "hosts": list(hosts)}]}


def stack(kind: str, *namespaces: dict[str, Any], **edge: Any) -> dict[str, Any]:
    """Settings of a stack with certificates for the edge; `edge` changes how they are had."""
    given = {"server": SERVER, "networks": REACHED, "zones": [ZONES[kind]], **edge}
    return {
        "owner": "platform-team",
        **CLUSTERS[kind],
        "admission": {
            "deployers": {"groups": ["deployers"]},
            "parameters": {"allowedRegistries": ["quay.io/jetstack"]},
        },
        "platform": {"apiServer": API_SERVER, "tls": {"edge": given}},
        "tenants": [{"name": "shop", "owner": "shop-team", "namespaces": list(namespaces or [namespace("web", HOST)])}],
    }
