"""A service mesh: who calls is proven by certificates, and everything between pods of tenants is encrypted.

Istio in ambient mode: no sidecars; on each node one proxy speaks for the pods. Or Linkerd (`linkerd_mesh.py`): one in
each pod. What may call what comes from the flows that make the NetworkPolicies (`tenancy/callers.py`). Gateways, where
they are on, count the requests of APIs and lead to hosts outside (`gateways.py`). What this is not: rules on paths; and
where a namespace names addresses in place of hosts, what leaves the cluster is held by NetworkPolicies alone, as the
proxies of an ambient mesh let unknown destinations pass whatever Istio is told.
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
from ..tenancy.intent import Flow, Pods, Port
from ..tenancy.model import Namespace, PodSecurity, Quota
from . import gateways, istio, linkerd, managed_mesh
from .charts import Chart, register
from .gateways import Gateways
from .linkerd_mesh import LinkerdMesh
from .rendering import Release
from .service import TENANT, ApiServer, ServiceArgs, Site

NAMESPACE, NODES_NAMESPACE = "mesh", "mesh-nodes"
"""Short names of the namespaces of the control plane, and of what runs on every node."""
_OF_BOTH = {"implementation", "operation", "members"}
"""Settings that a managed mesh has, too."""
FULL_NAMESPACE, FULL_NODES_NAMESPACE = f"{TENANT}-{NAMESPACE}", f"{TENANT}-{NODES_NAMESPACE}"


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
    def charts(self) -> tuple[str, ...]:
        """Return the charts of the implementation, and what gateways need."""
        if self.is_managed:
            return ()
        if self.linkerd:
            return linkerd.CHARTS
        return (*istio.CHARTS, *(self.gateways.charts if self.gateways else ()))

    @property
    def is_managed(self) -> bool:
        """Whether the cloud runs the control plane."""
        return self.operation is Operation.MANAGED

    @property
    def known(self) -> Mesh:
        """What tenants know of a mesh of one's own; of a managed one the cluster tells it."""
        known = Mesh(dataplane=Dataplane(self.implementation), trust_domain=self.trust_domain, members=self.members)
        return known.beside([gateway.FULL_NAMESPACE]) if self.gateways else known

    @property
    def linkerd(self) -> LinkerdMesh | None:
        """The mesh where it is Linkerd's."""
        if self.implementation is not Implementation.LINKERD:
            return None
        return LinkerdMesh(known=self.known, memory=self.memory, most_nodes=self.most_nodes, nodes=self.nodes)

    def namespaces(self) -> tuple[Namespace, ...]:
        """Return the control plane's namespace, and that of the agents, which set up the network of pods as root."""
        if self.is_managed:
            return ()
        if self.linkerd:
            return self.linkerd.namespaces()
        most = self.most_nodes
        quota = Quota(
            cpu=str(most), memory=f"{most}Gi", ephemeral_storage=f"{most}Gi", storage="1Gi", pods=min(3 * most, 9000)
        )
        return (
            Namespace(name=NAMESPACE, quota=Quota(cpu="4", memory="16Gi", storage="1Gi", pods=8)),
            Namespace(name=NODES_NAMESPACE, pod_security=PodSecurity.PRIVILEGED, quota=quota),
            *([self.gateways.namespace()] if self.gateways else []),
        )

    def flows(self, api_server: ApiServer) -> tuple[Flow, ...]:
        """Return the ways of agents and control plane to the API server, of proxies to istiod, and to its webhook."""
        if self.is_managed:
            return ()
        if self.linkerd:
            return tuple(self.linkerd.flows(api_server))
        istiod = Pods(namespace=NAMESPACE, pods=istio.CONTROL_PLANE_PODS)
        agents = Pods(namespace=NODES_NAMESPACE, pods=istio.NODE_AGENT_PODS)
        proxies = Pods(namespace=NODES_NAMESPACE, pods=istio.PROXY_PODS)
        return (
            Flow(from_=proxies, to=istiod, ports=(Port(port=istio.CONFIGURATION_PORT),)),
            *(
                flow
                for network in api_server.networks
                for flow in (
                    Flow(from_=istiod, to=network, ports=(Port(port=api_server.port),)),
                    Flow(from_=agents, to=network, ports=(Port(port=api_server.port),)),
                    Flow(from_=network, to=istiod, ports=(Port(port=istio.WEBHOOK_PORT),)),
                )
            ),
        )

    def flows_of(self, tenants: Sequence[TenantArgs]) -> tuple[Flow, ...]:
        """Return the ways of the gateways, or of Linkerd's proxies to their control plane."""
        if self.linkerd:
            return tuple(self.linkerd.flows_of(tenants))
        istiod = Pods(namespace=NAMESPACE, pods=istio.CONTROL_PLANE_PODS)
        return tuple(self.gateways.flows(istiod, tenants)) if self.gateways else ()

    def problems(self, tenants: Sequence[TenantArgs]) -> Iterator[str]:
        """Yield what isn't offered, and the tenants' flows that can't be in the mesh."""
        if self.is_managed and (own := sorted(self.model_fields_set - _OF_BOTH)):
            yield f"{', '.join(map(to_camel, own))}: a managed mesh has none of it; remove it, or use own"
        if self.is_managed and self.implementation is not Implementation.ISTIO_AMBIENT:
            yield f"{self.implementation} is run by the platform alone; use the operation own, or leave it out"
            return
        yield from authorization_policy.problems_of(tenants, self.known)
        if self.linkerd:
            yield from self.linkerd.problems(tenants)
            if self.gateways:
                yield "gateways are Istio's; leave them out with linkerd, or use istio-ambient"
            return
        if self.gateways:
            yield from self.gateways.problems(tenants)
        elif gateway.doors(tenants) or any(gateway.hosts(tenants)):
            why = ", and a managed mesh has none" if self.is_managed else ""
            yield f"namespaces declare apis or hosts, which need gateways{why}; see docs/guides/platform.md"

    def create(self, site: Site, parent: pulumi.Resource) -> None:
        """Create the mesh, strict everywhere, and what denies every caller that no policy allows."""
        if self.is_managed:
            managed_mesh.create(site, parent)
            return
        if self.linkerd:
            self.linkerd.create(site, parent)
            return
        releases = istio.releases(
            FULL_NAMESPACE,
            FULL_NODES_NAMESPACE,
            kubernetes=site.kubernetes,
            trust_domain=self.trust_domain,
            memory=self.memory,
            nodes=self.nodes,
        )
        made: list[pulumi.Resource] = []
        for release in releases:
            options = pulumi.ResourceOptions.merge(
                site.inside(release.namespace, parent), pulumi.ResourceOptions(depends_on=list(made))
            )
            made.append(Chart(release.name, release, adjust=istio.adjusted, opts=options))
        after = pulumi.ResourceOptions.merge(
            site.inside(FULL_NAMESPACE, parent), pulumi.ResourceOptions(depends_on=list(made))
        )
        managed_mesh.lock(FULL_NAMESPACE, after)
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
