"""A service mesh: who calls is proven by certificates, and everything between pods of tenants is encrypted.

Three kinds of meshes answer alike (`mesh_kind.py`): Istio in ambient mode (`ambient_mesh.py`), Linkerd
(`linkerd_mesh.py`), and Istio that the cloud runs (`managed_mesh.py`). What may call what comes from the flows that
make the NetworkPolicies (`tenancy/callers.py`).
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated

import pulumi
from pydantic import Field
from pydantic.alias_generators import to_camel

from ..dataplane import Dataplane
from ..mesh import Mesh
from ..model import DnsLabel, Quantity
from ..tenancy import TenantArgs, authorization_policy, gateway
from ..tenancy.intent import Flow
from ..tenancy.model import Namespace
from . import istio
from .ambient_mesh import AmbientMesh
from .gateways import Gateways
from .linkerd_mesh import LinkerdMesh
from .managed_mesh import ManagedMesh
from .mesh_kind import MeshKind
from .service import ApiServer, ServiceArgs, Site

_OF_BOTH = {"implementation", "operation", "members"}
"""Settings that a managed mesh has, too."""


class Implementation(StrEnum):
    """What the mesh is."""

    ISTIO_AMBIENT = "istio-ambient"
    LINKERD = "linkerd"
    """A proxy in each pod; needs `tls` with an authority in the cluster."""


class Operation(StrEnum):
    """Who runs the control plane."""

    OWN = "own"
    """The platform, from pinned charts."""
    MANAGED = "managed"
    """The cloud, by what `cluster.mesh` says: on AKS and GKE, with sidecars, and without gateways."""


class MeshArgs(ServiceArgs):
    """Mutual TLS between all pods of tenants, and callers by identity."""

    implementation: Implementation = Implementation.ISTIO_AMBIENT
    """What the mesh is."""
    operation: Operation = Operation.OWN
    """Who runs its control plane."""
    trust_domain: str = Mesh.model_fields["trust_domain"].default
    """First part of every identity in the mesh."""
    members: tuple[DnsLabel, ...] = ()
    """Namespaces in the mesh beside those of tenants, such as that of the ingress controller, which may call them."""
    memory: Quantity = "2Gi"
    """Memory of what watches the whole cluster, istiod or Linkerd's destination; it grows with the number of pods."""
    most_nodes: Annotated[int, Field(ge=1, le=3000, strict=True)] = 100
    """Most nodes that the cluster has; two pods run on each."""
    nodes: istio.Nodes | None = None
    """Whose nodes keep network plugins in a place of their own; absent for all others."""
    gateways: Gateways | None = None
    """Gateways for what namespaces declare as `apis` and `hosts`."""

    @property
    def is_managed(self) -> bool:
        """Whether the cloud runs the control plane."""
        return self.operation is Operation.MANAGED

    @property
    def is_linkerd(self) -> bool:
        """Whether it is Linkerd's, which needs somebody who signs its identities."""
        return self.implementation is Implementation.LINKERD

    @property
    def known(self) -> Mesh:
        """What tenants know of a mesh of one's own; of a managed one the cluster tells it."""
        known = Mesh(dataplane=Dataplane(self.implementation), trust_domain=self.trust_domain, members=self.members)
        return known.beside([gateway.FULL_NAMESPACE]) if self.gateways else known

    @property
    def kind(self) -> MeshKind:
        """The mesh that the settings choose."""
        if self.is_managed:
            return ManagedMesh()
        if self.is_linkerd:
            return LinkerdMesh(known=self.known, memory=self.memory, most_nodes=self.most_nodes, nodes=self.nodes)
        return AmbientMesh(
            known=self.known,
            memory=self.memory,
            most_nodes=self.most_nodes,
            nodes=self.nodes,
            gateways=self.gateways,
        )

    @property
    def charts(self) -> tuple[str, ...]:
        """Return the charts of the mesh."""
        return self.kind.charts

    def namespaces(self) -> tuple[Namespace, ...]:
        """Return the namespaces of its control plane."""
        return self.kind.namespaces()

    def flows(self, api_server: ApiServer) -> tuple[Flow, ...]:
        """Return the flows of its control plane."""
        return tuple(self.kind.flows(api_server))

    def flows_of(self, tenants: Sequence[TenantArgs]) -> tuple[Flow, ...]:
        """Return the flows between its control plane, or its gateways, and these tenants."""
        return tuple(self.kind.flows_of(tenants))

    def problems(self, tenants: Sequence[TenantArgs]) -> Iterator[str]:
        """Yield what isn't offered, and the tenants' flows that can't be in the mesh."""
        if self.is_managed and (own := sorted(self.model_fields_set - _OF_BOTH)):
            yield f"{', '.join(map(to_camel, own))}: a managed mesh has none of it; remove it, or use own"
        if self.is_managed and self.is_linkerd:
            yield f"{self.implementation} is run by the platform alone; use the operation own, or leave it out"
            return
        if self.is_linkerd and self.gateways:
            yield "gateways are Istio's; leave them out with linkerd, or use istio-ambient"
        yield from authorization_policy.problems_of(tenants, self.known)
        yield from self.kind.problems(tenants)

    def create(self, site: Site, parent: pulumi.Resource) -> None:
        """Create the mesh, strict everywhere, and what denies every caller that no policy allows."""
        self.kind.create(site, parent)

    def serve(self, site: Site, parent: pulumi.Resource) -> None:
        """Create what the mesh has in the namespaces of tenants."""
        self.kind.serve(site, parent)
