"""What a stack says about the mesh that Google runs in a GKE cluster."""

from pydantic import Field

from ..cloud import Cidr, Managed
from ..dataplane import Dataplane
from ..mesh import Mesh
from ..model import Settings
from .google_addresses import PRIVATE


class GkeMesh(Settings):
    """Cloud Service Mesh: Google runs the control plane outside the cluster, and a proxy is put into each pod."""

    feature: Managed = Managed.HERE
    """Who switches on the feature of the fleet: a project has one. The cluster is made a member in either case."""
    google: tuple[Cidr, ...] = Field(default=(PRIVATE,), min_length=1)
    """Where pods reach Google's APIs; in an own network always at the default. In an existing one it is where its
    names lead."""

    def known(self, project: str) -> Mesh:
        """Return what tenants know of the mesh: its identities are those of the project's workloads."""
        return Mesh(dataplane=Dataplane.GKE_SERVICE_MESH, trust_domain=f"{project}.svc.id.goog", google=self.google)
