"""What an audit inside the cluster takes."""

from typing import Annotated

from pydantic import Field

from ..model import DnsLabel, Quantity, Settings
from ..tenancy.intent import Network
from ..upgrades import Minor

_DIGEST = r"^[a-z0-9][a-z0-9._:/-]*@sha256:[0-9a-f]{64}$"


class AuditArgs(Settings):
    """An audit of the whole cluster by the catalogue, on a schedule."""

    namespace: DnsLabel
    """Full name of the namespace that the audit runs in; a Tenant of the platform team creates it."""
    image: Annotated[str, Field(pattern=_DIGEST, max_length=500)]
    """Image with this project in it, by digest: `registry.example/secure-clusters@sha256:...`."""
    api_server: Network
    """Addresses of the API server; the audit reaches nothing else but the cluster's DNS."""
    api_server_port: int = Field(default=443, ge=1, le=65535)
    """Port of the API server behind those addresses (kubeadm: 6443)."""
    parameters: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Lists that controls read, such as `allowedRegistries`; those that the cluster's admission has."""
    kubernetes: Minor | None = None
    """Kubernetes minor of the cluster, such as `1.36`; absent: the newest that the controls know."""
    schedule: str = Field(default="17 3 * * *", pattern=r"^(\S+\s+){4}\S+$")
    """When it runs, in the form of cron, UTC."""
    memory: Quantity = "512Mi"
    """Memory for the run; some 200 MB for ten thousand objects."""
