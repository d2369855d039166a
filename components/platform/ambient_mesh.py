"""A mesh by Istio in ambient mode: no sidecars; on each node one proxy speaks for the pods.

Gateways, where they are on, count the requests of APIs and lead to hosts outside (`gateways.py`). What this is not:
rules on paths; and where a namespace names addresses in place of hosts, what leaves the cluster is held by
NetworkPolicies alone, as the proxies of an ambient mesh let unknown destinations pass whatever Istio is told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pulumi

from ..mesh import Mesh
from ..tenancy import TenantArgs, gateway
from ..tenancy.intent import Flow, Pods, Port
from ..tenancy.model import Namespace, PodSecurity, Quota
from . import gateways, istio, managed_mesh
from .charts import Chart, register
from .gateways import Gateways
from .mesh_kind import MeshKind
from .rendering import Release
from .service import TENANT, ApiServer, Site

NAMESPACE, NODES_NAMESPACE = "mesh", "mesh-nodes"
"""Short names of the namespaces of the control plane, and of what runs on every node."""
FULL_NAMESPACE, FULL_NODES_NAMESPACE = f"{TENANT}-{NAMESPACE}", f"{TENANT}-{NODES_NAMESPACE}"
_ISTIOD = Pods(namespace=NAMESPACE, pods=istio.CONTROL_PLANE_PODS)


@dataclass(frozen=True, kw_only=True)
class AmbientMesh(MeshKind):
    """A mesh by Istio, from the settings of `mesh`."""

    known: Mesh
    """What tenants know of it."""
    memory: str
    """Memory of istiod."""
    most_nodes: int
    """Most nodes that the cluster has."""
    nodes: istio.Nodes | None
    """Whose nodes keep network plugins in a place of their own."""
    gateways: Gateways | None
    """Its gateways."""

    @property
    def charts(self) -> tuple[str, ...]:
        """Return Istio's charts, and what gateways need."""
        return (*istio.CHARTS, *(self.gateways.charts if self.gateways else ()))

    def namespaces(self) -> tuple[Namespace, ...]:
        """Return the control plane's namespace, and that of the agents, which set up the network of pods as root."""
        most = self.most_nodes
        quota = Quota(
            cpu=str(most), memory=f"{most}Gi", ephemeral_storage=f"{most}Gi", storage="1Gi", pods=min(3 * most, 9000)
        )
        return (
            Namespace(name=NAMESPACE, quota=Quota(cpu="4", memory="16Gi", storage="1Gi", pods=8)),
            Namespace(name=NODES_NAMESPACE, pod_security=PodSecurity.PRIVILEGED, quota=quota),
            *([self.gateways.namespace()] if self.gateways else []),
        )

    def flows(self, api_server: ApiServer) -> Iterator[Flow]:
        """Yield the ways of agents and control plane to the API server, of proxies to istiod, and to its webhook."""
        agents = Pods(namespace=NODES_NAMESPACE, pods=istio.NODE_AGENT_PODS)
        proxies = Pods(namespace=NODES_NAMESPACE, pods=istio.PROXY_PODS)
        yield Flow(from_=proxies, to=_ISTIOD, ports=(Port(port=istio.CONFIGURATION_PORT),))
        for network in api_server.networks:
            yield Flow(from_=_ISTIOD, to=network, ports=(Port(port=api_server.port),))
            yield Flow(from_=agents, to=network, ports=(Port(port=api_server.port),))
            yield Flow(from_=network, to=_ISTIOD, ports=(Port(port=istio.WEBHOOK_PORT),))

    def flows_of(self, tenants: Sequence[TenantArgs]) -> Iterator[Flow]:
        """Yield the ways of the gateways."""
        if self.gateways:
            yield from self.gateways.flows(_ISTIOD, tenants)

    def problems(self, tenants: Sequence[TenantArgs]) -> Iterator[str]:
        """Yield what gateways can't hold, or that there are none."""
        if self.gateways:
            yield from self.gateways.problems(tenants)
        elif gateway.asked(tenants):
            yield "namespaces declare apis or hosts, which need gateways; see docs/guides/platform.md"

    def create(self, site: Site, parent: pulumi.Resource) -> None:
        """Create the charts, each after those that it needs, the policies of the whole mesh, and gateways' kinds."""
        releases = istio.releases(
            FULL_NAMESPACE,
            FULL_NODES_NAMESPACE,
            kubernetes=site.kubernetes,
            trust_domain=self.known.trust_domain,
            memory=self.memory,
            nodes=self.nodes,
        )
        made: list[pulumi.Resource] = []
        for release in releases:
            options = _after(made, site.inside(release.namespace, parent))
            made.append(Chart(release.name, release, adjust=istio.adjusted, opts=options))
        managed_mesh.lock(FULL_NAMESPACE, _after(made, site.inside(FULL_NAMESPACE, parent)))
        site.made["mesh"] = made
        for chart in self.gateways.charts if self.gateways else ():
            release = Release(name=chart, namespace=gateway.FULL_NAMESPACE, values={}, kubernetes=site.kubernetes)
            made.append(Chart(chart, release, opts=site.inside(gateway.FULL_NAMESPACE, parent)))

    def serve(self, site: Site, parent: pulumi.Resource) -> None:
        """Create the gateways, and what tenants' APIs have in their own namespaces."""
        if self.gateways is None:
            return
        found = self.gateways.objects(site.tenants, control_plane=FULL_NAMESPACE, mesh=self.known)
        ready = register(list(found), site.inside(gateway.FULL_NAMESPACE, parent), site.made["mesh"])
        for door in gateway.doors(site.tenants):
            inside = site.inside(door.full_namespace, parent)
            register(gateways.of_api(door, site.tenants, self.known), inside, ready)


def _after(made: Sequence[pulumi.Resource], options: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=list(made)))
