"""Where the secrets of tenants lie: a cloud's own store, or Vault. Each namespace signs in as itself, by a short token.

There is no way to name a key or a password: a store that needs one is not offered.
"""

from abc import ABC, abstractmethod
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ..model import DnsLabel, Settings
from ..tenancy import Network

_HTTPS = 443
_PATH = r"^[a-z0-9-]+(/[a-z0-9-]+)*$"


class Store(Settings, ABC):
    """A place of secrets."""

    cluster: ClassVar[str | None] = None
    """Kind of cluster whose service accounts have a role there; None where any cluster will do."""

    networks: tuple[Network, ...] = Field(min_length=1)
    """Addresses at which pods reach the store, and where it gives out tokens: private endpoints of the network."""
    port: Annotated[int, Field(ge=1, le=65535)] = _HTTPS
    """Port behind those addresses."""

    @abstractmethod
    def provider(self, namespace: str, account: str) -> dict[str, Any]:
        """Return `spec.provider` of the SecretStore of a namespace, which signs in as one of its accounts."""


class SecretsManager(Store):
    """AWS Secrets Manager, with the IAM role of the namespace's account (IRSA: `cluster.irsaIssuer`)."""

    cluster: ClassVar[str | None] = "eks"

    kind: Literal["aws-secrets-manager"]
    """Which store."""
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")]
    """Region of the secrets."""

    def provider(self, namespace: str, account: str) -> dict[str, Any]:
        """Sign in by the token of the namespace's account."""
        del namespace
        auth = {"jwt": {"serviceAccountRef": {"name": account}}}
        return {"aws": {"service": "SecretsManager", "region": self.region, "auth": auth}}


class SecretManager(Store):
    """Google Secret Manager, with the rights in the project of the namespace's account."""

    cluster: ClassVar[str | None] = "gke"

    kind: Literal["google-secret-manager"]
    """Which store."""
    project: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$")]
    """Project of the secrets."""
    cluster_project: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$")]
    """Project of the cluster, whose identities are asked for."""
    cluster_location: DnsLabel
    """Region of the cluster."""
    cluster_name: DnsLabel
    """Name of the cluster."""

    def provider(self, namespace: str, account: str) -> dict[str, Any]:
        """Sign in by the token of the namespace's account."""
        del namespace
        identity = {
            "clusterLocation": self.cluster_location,
            "clusterName": self.cluster_name,
            "clusterProjectID": self.cluster_project,
            "serviceAccountRef": {"name": account},
        }
        return {"gcpsm": {"projectID": self.project, "auth": {"workloadIdentity": identity}}}


class KeyVault(Store):
    """Azure Key Vault, with the managed identity of the namespace's account."""

    cluster: ClassVar[str | None] = "aks"

    kind: Literal["azure-key-vault"]
    """Which store."""
    vault_url: Annotated[str, Field(pattern=r"^https://[a-z0-9-]+\.vault\.[a-z.]+$")]
    """Address of the vault."""

    def provider(self, namespace: str, account: str) -> dict[str, Any]:
        """Sign in by the token of the namespace's account."""
        del namespace
        reference = {"name": account}
        return {"azurekv": {"vaultUrl": self.vault_url, "authType": "WorkloadIdentity", "serviceAccountRef": reference}}


class VaultStore(Store):
    """HashiCorp Vault or OpenBao, with a role of its Kubernetes authentication for each namespace, named after it."""

    kind: Literal["vault"]
    """Which store."""
    server: Annotated[str, Field(pattern=r"^https://\S+$")]
    """Address of Vault."""
    mount: Annotated[str, Field(pattern=_PATH)] = "secret"
    """Where its key-value engine (version 2) is mounted."""
    authentication: Annotated[str, Field(pattern=_PATH)] = "kubernetes"
    """Where its Kubernetes authentication is mounted."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8200
    """Port behind its addresses."""

    def provider(self, namespace: str, account: str) -> dict[str, Any]:
        """Sign in by the token of the namespace's account, as the namespace."""
        sign_in = {
            "mountPath": self.authentication,
            "role": namespace,
            "serviceAccountRef": {"name": account, "audiences": ["vault"]},
        }
        return {"vault": {"server": self.server, "path": self.mount, "version": "v2", "auth": {"kubernetes": sign_in}}}


AnyStore = Annotated[SecretsManager | SecretManager | KeyVault | VaultStore, Field(discriminator="kind")]
"""Every kind of store."""
