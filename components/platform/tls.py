"""TLS: who signs inside the cluster and what is trusted there, and an ACME server for hosts at the edge."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import pulumi
from pydantic import Field

from ..model import Quantity
from ..naming import namespace_name
from ..tenancy import TenantArgs
from ..tenancy.intent import Flow, Pods, Port
from ..tenancy.model import Namespace, Quota
from . import cert_manager, certificates, flows, pod_identity, trust_manager
from .acme import EdgeArgs
from .authorities import AUTHORITIES, TRUST, AnyAuthority, InCluster, Vault
from .certificates import Level
from .charts import Chart, register
from .service import TENANT, ApiServer, ServiceArgs, Site

NAMESPACE = "certificates"
"""Short name of the namespace that cert-manager runs in."""
FULL_NAMESPACE = f"{TENANT}-{NAMESPACE}"
_HTTPS = 443


class TlsArgs(ServiceArgs):
    """Certificates inside the cluster, by cert-manager, trust in them, by trust-manager, and an ACME server's."""

    memory: Quantity = "256Mi"
    """Memory of each of cert-manager's pods; it keeps every certificate's Secret in mind."""
    authority: AnyAuthority = Field(default_factory=InCluster)
    """Who signs; a root of the cluster's own unless another is named."""
    cluster_domain: Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$")] = "cluster.local"
    """Domain of the cluster's Services."""
    edge: EdgeArgs | None = None
    """ACME server for hosts of Ingresses and Gateways; without it there is no ACME."""

    @property
    def charts(self) -> tuple[str, ...]:
        """Return the charts of cert-manager and trust-manager."""
        return (cert_manager.CHART, trust_manager.CHART)

    def namespaces(self) -> tuple[Namespace, ...]:
        """Return the namespaces of cert-manager, of the authorities' keys and of trust-manager."""
        small = Quota(cpu="2", memory="2Gi", storage="1Gi", pods=8)
        return (
            Namespace(
                name=NAMESPACE,
                quota=Quota(cpu="4", memory="4Gi", storage="1Gi", pods=16),
                identities=pod_identity.identities(cert_manager.CHART, self.edge.grants if self.edge else ()),
            ),
            Namespace(name=AUTHORITIES.removeprefix(f"{TENANT}-"), quota=small.model_copy(update={"pods": 1})),
            Namespace(name=TRUST.removeprefix(f"{TENANT}-"), quota=small),
        )

    def flows(self, api_server: ApiServer) -> tuple[Flow, ...]:
        """Return the ways to and from the API server, to an authority outside, and to what ACME asks."""
        controller = Pods(namespace=NAMESPACE, pods=dict(cert_manager.CONTROLLER))
        port = self.authority.port if isinstance(self.authority, Vault) else _HTTPS
        return (
            *flows.operator(
                NAMESPACE, api_server, {"app.kubernetes.io/component": "webhook"}, cert_manager.WEBHOOK_PORT
            ),
            *flows.operator(
                TRUST.removeprefix(f"{TENANT}-"), api_server, {"app": trust_manager.CHART}, trust_manager.WEBHOOK_PORT
            ),
            *(Flow(from_=controller, to=each, ports=(Port(port=port),)) for each in self.authority.networks),
            *(self.edge.flows(controller) if self.edge else ()),
        )

    def create(self, site: Site, parent: pulumi.Resource) -> None:
        """Create both operators, who signs, and what is trusted."""
        edge = self.edge
        acme = cert_manager.Acme(arguments=edge.arguments, has_account=bool(edge.grants)) if edge else None
        operator = Chart(
            cert_manager.CHART,
            cert_manager.release(
                FULL_NAMESPACE,
                authorities=AUTHORITIES,
                signers=self.authority.signers,
                memory=self.memory,
                kubernetes=site.kubernetes,
                acme=acme,
            ),
            adjust=lambda manifest: cert_manager.adjusted(manifest, acme=acme),
            opts=site.inside(FULL_NAMESPACE, parent),
        )
        signs = register(self.authority.shared(), site.inside(AUTHORITIES, parent), operator.ready)
        ready = [*operator.ready, *signs]
        site.made["tls"] = ready
        site.made["trust"] = self._trust(site, parent, ready)

    def serve(self, site: Site, parent: pulumi.Resource) -> None:
        """Create the certificates that tenants ask for, and who signs them."""
        for full_name, namespace in site.tenant_namespaces():
            if namespace.certificates:
                found = [
                    *self.authority.for_namespace(full_name, self.cluster_domain),
                    *self._asked(full_name, namespace),
                ]
                register(found, site.inside(full_name, parent), site.made["tls"])
            if self.edge and namespace.edge_certificates:
                found = self.edge.for_namespace(full_name, namespace.edge_certificates)
                register(found, site.inside(full_name, parent), site.made["tls"])

    def _trust(
        self, site: Site, parent: pulumi.Resource, ready: Sequence[pulumi.Resource]
    ) -> Sequence[pulumi.Resource]:
        """Create trust-manager, which is returned, and the bundle that it copies into every tenant's namespace."""
        sources, needed = self.authority.trusted(self.cluster_domain)
        opts = pulumi.ResourceOptions.merge(site.inside(TRUST, parent), pulumi.ResourceOptions(depends_on=list(ready)))
        operator = Chart(
            trust_manager.CHART,
            trust_manager.release(TRUST, kubernetes=site.kubernetes),
            adjust=trust_manager.adjusted,
            opts=opts,
        )
        register([*needed, trust_manager.bundle(sources)], opts, operator.ready)
        return operator.ready

    def _asked(self, full_name: str, namespace: Namespace) -> list[dict[str, Any]]:
        """Return the certificates that a namespace asks for."""
        return [
            certificates.certificate(
                each.name,
                full_name,
                Level.LEAF,
                self.authority.issuer(),
                {
                    "dnsNames": certificates.service_names(each.services, full_name, self.cluster_domain),
                    "usages": each.usages,
                },
            )
            for each in namespace.certificates
        ]

    def problems(self, tenants: Sequence[TenantArgs]) -> Iterator[str]:
        """Yield names of certificates that stand twice or are the platform's own, and what the edge can't have."""
        for tenant in tenants:
            for namespace in tenant.namespaces:
                inside = [each.name for each in namespace.certificates]
                names = [*inside, *(each.name for each in namespace.edge_certificates)]
                full_name = namespace_name(tenant.name, namespace.name)
                if certificates.AUTHORITY in names:
                    yield f"{full_name}: the certificate {certificates.AUTHORITY!r} is the platform's own; rename yours"
                for name in sorted({name for name in names if names.count(name) > 1}):
                    yield f"{full_name}: the certificate {name!r} is for Services and for hosts; rename one"
        if self.edge:
            yield from (f"edge: {problem}" for problem in self.edge.problems(tenants, self.cluster_domain))
