"""TLS inside the cluster: cert-manager, installed with the least that it needs."""

import pulumi

from ..model import Quantity
from ..tenancy.intent import Flow, Pods, Port
from ..tenancy.model import Namespace, Quota
from . import cert_manager
from .charts import Chart
from .service import TENANT, ApiServer, ServiceArgs, Site

NAMESPACE = "certificates"
"""Short name of the namespace that cert-manager runs in."""
FULL_NAMESPACE = f"{TENANT}-{NAMESPACE}"


class TlsArgs(ServiceArgs):
    """Certificates for everything inside the cluster, by cert-manager."""

    memory: Quantity = "256Mi"
    """Memory of each of cert-manager's pods; it keeps every certificate's Secret in mind."""

    @property
    def charts(self) -> tuple[str, ...]:
        """Return cert-manager's chart."""
        return (cert_manager.CHART,)

    def namespaces(self) -> tuple[Namespace, ...]:
        """Return the one namespace of cert-manager."""
        return (Namespace(name=NAMESPACE, quota=Quota(cpu="4", memory="4Gi", storage="1Gi", pods=16)),)

    def flows(self, api_server: ApiServer) -> tuple[Flow, ...]:
        """Return the way to the API server, and the API server's to the webhook."""
        everyone = Pods(namespace=NAMESPACE, pods="all")
        webhook = Pods(namespace=NAMESPACE, pods={"app.kubernetes.io/component": "webhook"})
        return tuple(
            flow
            for network in api_server.networks
            for flow in (
                Flow(from_=everyone, to=network, ports=(Port(port=api_server.port),)),
                Flow(from_=network, to=webhook, ports=(Port(port=cert_manager.WEBHOOK_PORT),)),
            )
        )

    def create(self, site: Site, parent: pulumi.Resource) -> None:
        """Create cert-manager."""
        Chart(
            cert_manager.CHART,
            cert_manager.release(FULL_NAMESPACE, memory=self.memory, kubernetes=site.kubernetes),
            adjust=cert_manager.adjusted,
            opts=site.inside(FULL_NAMESPACE, parent),
        )
