"""Which platform services a stack switches on."""

from collections.abc import Iterator, Sequence

from pydantic.alias_generators import to_camel

from ..model import Settings
from ..tenancy import TenantArgs
from . import linkerd_mesh
from .disruption import DisruptionArgs
from .image_trust import ImageTrustArgs
from .mesh import MeshArgs
from .node_audit import NodeAuditArgs
from .runtime_detection import RuntimeDetectionArgs
from .scanning import ScanningArgs
from .secrets import SecretsArgs
from .service import TENANT, ApiServer, ServiceArgs, Signing
from .tls import TlsArgs


class PlatformArgs(Settings):
    """Services of the platform; each is on where it is named."""

    api_server: ApiServer
    """Where the API server is: operators talk to it, and it to their webhooks."""
    tls: TlsArgs | None = None
    """Certificates for everything inside the cluster, by cert-manager, and trust in them."""
    mesh: MeshArgs | None = None
    """Mutual TLS between all pods of tenants, and callers by identity, by Istio or Linkerd."""
    disruption: DisruptionArgs | None = None
    """Priorities of pods, and restarts and upgrades of nodes in a window."""
    node_audit: NodeAuditArgs | None = None
    """The CIS benchmark of nodes that the team runs itself, by kube-bench."""
    image_trust: ImageTrustArgs | None = None
    """Signatures of images, verified before anything of a tenant runs."""
    scanning: ScanningArgs | None = None
    """Scans of what runs for known vulnerabilities."""
    runtime_detection: RuntimeDetectionArgs | None = None
    """Detection of what happens in running containers, and its answer."""
    secrets: SecretsArgs | None = None
    """Secrets from a store outside the cluster, by External Secrets; needs `tls`."""

    @property
    def services(self) -> dict[str, ServiceArgs]:
        """The services that are on, by the name of their setting."""
        named = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in named.items() if isinstance(value, ServiceArgs)}

    @property
    def charts(self) -> tuple[str, ...]:
        """Every chart that the services install."""
        return tuple(dict.fromkeys(chart for service in self.services.values() for chart in service.charts))

    @property
    def signing(self) -> Signing | None:
        """Who signs certificates of services; None where `tls` is off."""
        return Signing(authority=self.tls.authority, cluster_domain=self.tls.cluster_domain) if self.tls else None

    def problems(self, tenants: Sequence[TenantArgs]) -> Iterator[str]:
        """Yield what doesn't fit the rest of the stack."""
        if not self.services:
            yield "platform names no service; name one, or leave the key out"
        if self.secrets and self.tls is None:
            yield "platform.secrets needs platform.tls, which makes the certificate of its webhook"
        if self.mesh and self.mesh.is_linkerd and not linkerd_mesh.can_sign(self.signing):
            yield f"platform.mesh: {linkerd_mesh.NEEDS_TLS}"
        if any(tenant.name == TENANT for tenant in tenants):
            yield f"the tenant name {TENANT!r} belongs to the platform's services; choose another"
        for name, service in self.services.items():
            yield from (f"platform.{to_camel(name)}: {problem}" for problem in service.problems(tenants))
