"""A mesh by Linkerd: a proxy in each pod speaks mutual TLS for it, and judges who may call it.

The identities' authority is signed by the platform's `tls` and renewed by cert-manager; no key is in a value or in the
state. It may sign identities of this mesh and no other name. What this is not: gateways, limits on requests, hosts
outside.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from ..dataplane import LINKERD_NAMESPACE
from ..errors import UserError
from ..mesh import Mesh
from ..tenancy import TenantArgs, authorization_policy, gateway
from ..tenancy.intent import Flow, ForeignPods, Pods, Port
from ..tenancy.model import Namespace, PodSecurity, Quota
from . import certificates, flows, istio, linkerd, trust_manager
from .authorities import ISSUING, Imported, InCluster
from .certificates import Level
from .charts import Chart, register
from .mesh_kind import MeshKind
from .service import TENANT, ApiServer, Signing, Site

NAMESPACE = LINKERD_NAMESPACE.removeprefix(f"{TENANT}-")
NODES_NAMESPACE = f"{NAMESPACE}-nodes"
"""Short names of the namespaces of the control plane, and of what runs on every node."""
NEEDS_TLS = (
    "linkerd's identities need platform.tls with an authority in the cluster (in-cluster or imported); declare it"
)
FULL_NODES_NAMESPACE = f"{TENANT}-{NODES_NAMESPACE}"


@dataclass(frozen=True, kw_only=True)
class LinkerdMesh(MeshKind):
    """A mesh by Linkerd, from the settings of `mesh`."""

    known: Mesh
    """What tenants know of it."""
    memory: str
    """Memory of each of the programs that watch the whole cluster."""
    most_nodes: int
    """Most nodes that the cluster has."""
    nodes: istio.Nodes | None
    """Whose nodes keep network plugins in a place of their own."""

    @property
    def charts(self) -> tuple[str, ...]:
        """Return Linkerd's charts."""
        return linkerd.CHARTS

    def namespaces(self) -> tuple[Namespace, ...]:
        """Return the control plane's namespace, and that of the network plugin, which writes into folders of nodes."""
        most = self.most_nodes
        quota = Quota(cpu=str(most), memory=f"{most}Gi", ephemeral_storage=f"{most}Gi", storage="1Gi", pods=2 * most)
        return (
            Namespace(name=NAMESPACE, quota=Quota(cpu="8", memory="32Gi", storage="1Gi", pods=12)),
            Namespace(name=NODES_NAMESPACE, pod_security=PodSecurity.PRIVILEGED, quota=quota),
        )

    def flows(self, api_server: ApiServer) -> Iterator[Flow]:
        """Yield the ways to and from the API server, and of the control plane's own proxies."""
        yield from flows.to_api_server(NAMESPACE, api_server)
        yield from flows.to_api_server(NODES_NAMESPACE, api_server)
        for network in api_server.networks:
            for webhook in linkerd.WEBHOOKS.values():
                pods = Pods(namespace=NAMESPACE, pods={linkerd.COMPONENT_LABEL: webhook.component})
                yield Flow(from_=network, to=pods, ports=(Port(port=webhook.port),))
        yield from self._asking(Pods(namespace=NAMESPACE, pods="all"))

    def flows_of(self, tenants: Sequence[TenantArgs]) -> Iterator[Flow]:
        """Yield the ways of the proxies in each namespace of the mesh to the control plane."""
        for namespace in self.known.beside(authorization_policy.own_namespaces(tenants)).members:
            yield from self._asking(ForeignPods(cluster_namespace=namespace, pods="all"))

    def _asking(self, proxies: Pods | ForeignPods) -> Iterator[Flow]:
        for door in self.known.doors:
            asked = Pods(namespace=NAMESPACE, pods=dict(door.pods))
            yield Flow(from_=proxies, to=asked, ports=(Port(port=door.port),))

    def problems(self, tenants: Sequence[TenantArgs]) -> Iterator[str]:
        """Yield what Linkerd isn't offered with."""
        if gateway.asked(tenants):
            yield "namespaces declare apis or hosts, which need gateways; those are Istio's: use istio-ambient"
        if not linkerd.has_nodes(self.nodes):
            yield f"linkerd's network plugin is not offered on nodes of {self.nodes}; use istio-ambient"

    def create(self, site: Site, parent: pulumi.Resource) -> None:
        """Create the definitions, the network plugin, what is signed, and the control plane, which needs all of it."""
        inside = site.inside(LINKERD_NAMESPACE, parent)
        definitions = Chart(
            linkerd.DEFINITIONS,
            linkerd.definitions(LINKERD_NAMESPACE, kubernetes=site.kubernetes),
            opts=inside,
        )
        plugin = Chart(
            linkerd.NODE_AGENT,
            linkerd.node_agent(FULL_NODES_NAMESPACE, nodes=self.nodes, kubernetes=site.kubernetes),
            adjust=linkerd.adjusted,
            opts=site.inside(FULL_NODES_NAMESPACE, parent),
        )
        if site.signing is None:
            raise UserError(NEEDS_TLS)
        signed = register(self._signed(site.signing), inside, [*site.made["tls"], *site.made["trust"]])
        control_plane = Chart(
            linkerd.CONTROL_PLANE,
            linkerd.control_plane(
                LINKERD_NAMESPACE,
                trust_domain=self.known.trust_domain,
                cluster_domain=site.signing.cluster_domain,
                memory=self.memory,
                kubernetes=site.kubernetes,
            ),
            adjust=linkerd.adjusted,
            opts=pulumi.ResourceOptions.merge(
                inside, pulumi.ResourceOptions(depends_on=[definitions, plugin, *signed])
            ),
        )
        site.made["mesh"] = [definitions, plugin, control_plane]

    def _signed(self, signing: Signing) -> list[dict[str, Any]]:
        """Return who signs identities, what verifies them, and the certificates of the webhooks.

        The issuer's own issuer is the one of all namespaces, and what verifies it is trusted for good: so that it is
        renewed each month, with a new key, without a pod that trusts it less.
        """
        authority, cluster_domain, trust_domain = signing.authority, signing.cluster_domain, self.known.trust_domain
        identities = [f"serviceaccount.identity.{LINKERD_NAMESPACE}.{trust_domain}"]
        sources, _ = authority.trusted(cluster_domain)
        return [
            certificates.authority(
                linkerd.IDENTITY_ISSUER,
                LINKERD_NAMESPACE,
                Level.NAMESPACE,
                certificates.reference(ISSUING, "ClusterIssuer"),
                common_name=f"{LINKERD_NAMESPACE} identities",
                dnsNames=[f"identity.{LINKERD_NAMESPACE}.{trust_domain}"],
                nameConstraints=certificates.only(identities),
            ),
            trust_manager.bundle_for(LINKERD_NAMESPACE, linkerd.TRUST_ROOTS, linkerd.TRUST_KEY, sources),
            *authority.for_namespace(LINKERD_NAMESPACE, cluster_domain),
            *(
                certificates.certificate(
                    linkerd.webhook_secret(webhook.name),
                    LINKERD_NAMESPACE,
                    Level.LEAF,
                    authority.issuer(),
                    {
                        "dnsNames": certificates.service_names(
                            [f"linkerd-{webhook.name}"], LINKERD_NAMESPACE, cluster_domain
                        ),
                        "usages": ["digital signature", "server auth"],
                    },
                )
                for webhook in linkerd.WEBHOOKS.values()
            ),
        ]


def can_sign(signing: Signing | None) -> bool:
    """Return whether somebody can sign identities: the key has to be in the cluster."""
    return signing is not None and isinstance(signing.authority, InCluster | Imported)
