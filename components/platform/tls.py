"""TLS inside the cluster: who signs, certificates that live a day, and what is trusted, in every tenant's namespace."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import pulumi
from pydantic import Field

from ..model import Quantity
from ..naming import namespace_name
from ..tenancy import TenantArgs
from ..tenancy.intent import Flow, Pods, Port
from ..tenancy.model import Namespace, Quota
from . import cert_manager, certificates, flows, trust_manager
from .authorities import AUTHORITIES, TRUST, AnyAuthority, InCluster, Vault
from .certificates import Level
from .charts import Chart, register
from .service import TENANT, ApiServer, ServiceArgs, Site

NAMESPACE = "certificates"
"""Short name of the namespace that cert-manager runs in."""
FULL_NAMESPACE = f"{TENANT}-{NAMESPACE}"
_HTTPS = 443


class TlsArgs(ServiceArgs):
    """Certificates for everything inside the cluster, by cert-manager, and trust in them, by trust-manager."""

    memory: Quantity = "256Mi"
    """Memory of each of cert-manager's pods; it keeps every certificate's Secret in mind."""
    authority: AnyAuthority = Field(default_factory=InCluster)
    """Who signs; a root of the cluster's own unless another is named."""
    cluster_domain: Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$")] = "cluster.local"
    """Domain of the cluster's Services."""

    @property
    def charts(self) -> tuple[str, ...]:
        """Return the charts of cert-manager and trust-manager."""
        return (cert_manager.CHART, trust_manager.CHART)

    def namespaces(self) -> tuple[Namespace, ...]:
        """Return the namespaces of cert-manager, of the authorities' keys and of trust-manager."""
        small = Quota(cpu="2", memory="2Gi", storage="1Gi", pods=8)
        return (
            Namespace(name=NAMESPACE, quota=Quota(cpu="4", memory="4Gi", storage="1Gi", pods=16)),
            Namespace(name=AUTHORITIES.removeprefix(f"{TENANT}-"), quota=small.model_copy(update={"pods": 1})),
            Namespace(name=TRUST.removeprefix(f"{TENANT}-"), quota=small),
        )

    def flows(self, api_server: ApiServer) -> tuple[Flow, ...]:
        """Return the ways to and from the API server, and to an authority outside."""
        controller = Pods(namespace=NAMESPACE, pods={"app.kubernetes.io/component": "controller"})
        port = self.authority.port if isinstance(self.authority, Vault) else _HTTPS
        return (
            *flows.operator(
                NAMESPACE, api_server, {"app.kubernetes.io/component": "webhook"}, cert_manager.WEBHOOK_PORT
            ),
            *flows.operator(
                TRUST.removeprefix(f"{TENANT}-"), api_server, {"app": trust_manager.CHART}, trust_manager.WEBHOOK_PORT
            ),
            *(Flow(from_=controller, to=each, ports=(Port(port=port),)) for each in self.authority.networks),
        )

    def create(self, site: Site, parent: pulumi.Resource) -> None:
        """Create both operators, who signs, and what is trusted."""
        operator = Chart(
            cert_manager.CHART,
            cert_manager.release(
                FULL_NAMESPACE,
                authorities=AUTHORITIES,
                signers=self.authority.signers,
                memory=self.memory,
                kubernetes=site.kubernetes,
            ),
            adjust=cert_manager.adjusted,
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
        """Yield certificates whose name the namespace's own authority has."""
        for tenant in tenants:
            for namespace in tenant.namespaces:
                if any(each.name == certificates.AUTHORITY for each in namespace.certificates):
                    full_name = namespace_name(tenant.name, namespace.name)
                    yield f"{full_name}: the certificate {certificates.AUTHORITY!r} is the platform's own; rename yours"
