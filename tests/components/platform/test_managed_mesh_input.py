"""What is refused of a mesh that a cloud runs: what no cloud offers, and what the API server would not let pass."""

from collections.abc import Callable
from typing import Any

import pytest

from components import settings
from components.errors import UserError
from tests import aks_clusters, gke_clusters
from tests.components.platform.test_managed_mesh import load


def load_cluster(*, managed: bool = True, **cluster: Any) -> settings.StackSettings:
    """A stack without tenants, whose cluster is exactly this."""
    asked = {"mesh": {"operation": "managed"}} if managed else {"disruption": {}}
    platform = {"apiServer": {"networks": [{"cidr": "10.0.0.0/28"}]}, **asked}
    return settings.load({"owner": "platform-team", "cluster": cluster, "platform": platform}, "test")


def on_aks(*revisions: str, **changes: Any) -> settings.StackSettings:
    return load_cluster(kind="aks", **aks_clusters.settings(mesh={"revisions": revisions}, **changes))


HOST = {"host": "payments.example.org", "pods": {"app": "api"}, "serviceAccount": "api"}
API = {"name": "api", "pods": {"app": "api"}, "port": 8443, "requests": {"rate": 60}}
BAD: dict[str, tuple[Callable[[], Any], str]] = {
    "an EKS cluster": (lambda: load("eks"), "a managed mesh is for clusters of kind aks and gke; use own"),
    "the platform's half alone": (
        lambda: load_cluster(kind="gke", **gke_clusters.settings()),
        "a managed mesh is made with its cluster; declare cluster.mesh as well",
    ),
    "the cloud's half alone": (
        lambda: load_cluster(kind="gke", **gke_clusters.settings(mesh={}), managed=False),
        "cluster.mesh is the cloud's part of a mesh; set platform.mesh.operation to managed, or remove it",
    ),
    "no revision": (on_aks, "cluster.mesh.revisions"),
    "three revisions": (lambda: on_aks("asm-1-30", "asm-1-31", "asm-1-32"), "cluster.mesh.revisions"),
    "one revision twice": (lambda: on_aks("asm-1-30", "asm-1-30"), "name each once"),
    "no name of a revision": (lambda: on_aks("default"), "cluster.mesh.revisions"),
    "a revision that needs capabilities in each pod": (
        lambda: on_aks("asm-1-29"),
        "asm-1-29 is not among the known ones, which are asm-1-30",
    ),
    "a minor that the revision doesn't know": (
        lambda: on_aks("asm-1-30", upgrades={"channel": "rapid"}),
        "asm-1-30 works with Kubernetes 1.32, .*, and the cluster has 1.37",
    ),
    "Google's addresses in an own network": (
        lambda: load_cluster(kind="gke", **gke_clusters.settings(mesh={"google": ["34.126.0.0/18"]})),
        "mesh.google is for an existing network",
    ),
    "gateways": (lambda: load("aks", gateways={}), "gateways: a managed mesh has none of it; remove it, or use own"),
    "a trust domain": (lambda: load("gke", trustDomain="a.b"), "trustDomain: a managed mesh has none of it"),
    "hosts outside": (
        lambda: load("aks", api={"hosts": [HOST]}),
        "apis or hosts, which need gateways, and a managed mesh has none",
    ),
    "nowhere for the cloud's pods": (
        lambda: load("aks", admission={"exemptNamespaces": ["kube-system"]}),
        "admission.exemptNamespaces has no aks-istio-system, where the cloud runs pods of the mesh; add it",
    ),
    "nobody who installs it on AKS": (
        lambda: load("aks", admission={"exemptUsers": []}),
        "admission.exemptUsers has no aksService, by whom the cloud installs the mesh; add it",
    ),
    "nobody who installs it on GKE": (
        lambda: load("gke", admission={"exemptUsers": ["aksService"]}),
        "admission.exemptUsers has no @gcp-sa-servicemesh.iam.gserviceaccount.com, by whom the cloud installs the mesh",
    ),
    "proxies from a registry that nobody allowed": (
        lambda: load("gke", admission={"parameters": {"allowedRegistries": ["registry.k8s.io", "gcr.io/gke"]}}),
        "allowedRegistries has no gcr.io/gke-release/asm, where the proxies of the mesh are from; add it",
    ),
    "limits of requests": (
        lambda: load("gke", api={"apis": [API]}),
        "apis or hosts, which need gateways, and a managed mesh has none",
    ),
}


@pytest.mark.parametrize("bad", BAD)
def test_what_no_cloud_offers_is_refused_in_one_sentence(bad: str) -> None:
    declare, message = BAD[bad]
    with pytest.raises(UserError, match=message):
        declare()
