"""A mesh whose control plane a cloud runs: what of it is the platform's, and what of it can't be had.

The cloud's part is the cluster's: `cluster.mesh` of AKS and GKE. Both inject sidecars; neither offers its customers an
ambient mesh that is generally available (Azure Kubernetes Application Network is a preview, and knows no private
cluster). What a cloud's proxies are told beyond policies is not ours: no gateways, which need EnvoyFilters, for which
neither of the two answers.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from ..admission import AdmissionArgs
from ..mesh import Mesh
from ..tenancy import TenantArgs, authorization_policy, gateway
from .mesh_kind import MeshKind
from .service import Site

KINDS = ("aks", "gke")
"""Kinds of clusters whose cloud runs a mesh."""


def problems(*, asked: bool, given: Mesh | None, cluster: str | None) -> Iterator[str]:
    """Yield where one half of a managed mesh is without the other, or the cluster's cloud has none.

    `asked`: `platform.mesh` has the operation managed; `given`: what `cluster.mesh` makes; `cluster`: its kind.
    """
    if asked and cluster not in KINDS:
        yield f"platform.mesh: a managed mesh is for clusters of kind {' and '.join(KINDS)}; use own"
    elif asked and given is None:
        yield "platform.mesh: a managed mesh is made with its cluster; declare cluster.mesh as well"
    elif given and not asked:
        yield "cluster.mesh is the cloud's part of a mesh; set platform.mesh.operation to managed, or remove it"


def admission_problems(mesh: Mesh, admission: AdmissionArgs, registries: Sequence[str]) -> Iterator[str]:
    """Yield what of a cloud's mesh the API server would refuse: its pods, its roles, and proxies in pods of tenants."""
    cloud = mesh.cloud
    if cloud is None:
        return
    if cloud.runs_pods and cloud.namespace not in admission.exempt_namespaces:
        yield f"admission.exemptNamespaces has no {cloud.namespace}, where the cloud runs pods of the mesh; add it"
    if not any(user.endswith(cloud.installer) for user in admission.exempt_users):
        yield f"admission.exemptUsers has no {cloud.installer}, by whom the cloud installs the mesh; add it"
    if not any(cloud.proxies.startswith(f"{registry}/") for registry in registries):
        path = cloud.proxies.rpartition("/")[0]
        yield f"admission.parameters: allowedRegistries has no {path}, where the proxies of the mesh are from; add it"


class ManagedMesh(MeshKind):
    """The platform's part of a mesh that the cloud runs: no chart, no namespace and no flow of its own."""

    def problems(self, tenants: Sequence[TenantArgs]) -> Iterator[str]:
        """Yield what needs gateways."""
        if gateway.asked(tenants):
            yield (
                "namespaces declare apis or hosts, which need gateways, and a managed mesh has none; "
                "see docs/guides/platform.md"
            )

    def create(self, site: Site, parent: pulumi.Resource) -> None:
        """Create the policies of the whole mesh once the cloud's part is there."""
        mesh = site.cluster.managed_mesh
        if mesh is None or mesh.cloud is None:
            raise ValueError("settings.load refuses a managed mesh without the cluster's part")
        after = pulumi.ResourceOptions(parent=parent, depends_on=list(site.cluster.mesh_ready))
        site.made["mesh"] = lock(mesh.cloud.namespace, after)


def lock(namespace: str, opts: pulumi.ResourceOptions) -> list[pulumi.Resource]:
    """Create the policies of the whole mesh in its root namespace: nothing but mutual TLS, and nobody is allowed."""
    specs: dict[tuple[str, str], Mapping[str, Any]] = {
        ("PeerAuthentication", "default"): {"mtls": {"mode": "STRICT"}},
        (authorization_policy.KIND, authorization_policy.DENY_ALL): authorization_policy.NOTHING,
    }
    return [
        k8s.apiextensions.CustomResource(
            f"{namespace}-{name}",
            api_version=authorization_policy.API_VERSION,
            kind=kind,
            metadata=k8s.meta.v1.ObjectMetaArgs(name=name, namespace=namespace),
            spec=spec,
            opts=opts,
        )
        for (kind, name), spec in specs.items()
    ]
