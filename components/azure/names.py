"""Names in Azure: which may hold power over a cluster, and how those that the toolkit needs are written."""

import functools
import re
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import AfterValidator, Field

from ..naming import short_digest

_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_VAULT_LIMIT = 24


@functools.cache
def _regions() -> dict[str, list[str]]:
    return yaml.safe_load((Path(__file__).parent / "regions.yaml").read_text(encoding="utf-8"))


def _region(value: str) -> str:
    if value in _regions()["without_zones"]:
        raise ValueError("this region has no availability zones; choose one with three, such as westeurope")
    if value not in _regions()["with_zones"]:
        raise ValueError("use the short name of a region of Azure's global cloud, such as westeurope")
    return value


SubscriptionId = Annotated[str, Field(pattern=f"^{_UUID}$")]
"""Id of a subscription, not its name."""

TenantId = Annotated[str, Field(pattern=f"^{_UUID}$")]
"""Id of a tenant of Entra ID."""

ObjectId = Annotated[str, Field(pattern=f"^{_UUID}$")]
"""Object id in Entra ID: of a group, or of a service principal (not the application's id)."""

Region = Annotated[str, AfterValidator(_region)]
"""A region with three availability zones, such as `westeurope`."""


def resource_id(type_: str) -> str:
    """Return the pattern of ids of resources of a type, such as `Microsoft.Network/virtualNetworks`."""
    provider, *kinds = type_.split("/")
    path = "".join(rf"/{re.escape(kind)}/[A-Za-z0-9._-]+" for kind in kinds)
    return rf"^/subscriptions/{_UUID}/resourceGroups/[A-Za-z0-9._()-]+/providers/{re.escape(provider)}{path}$"


def last_part(id_: str) -> str:
    """Return the name of a resource, which ends its id."""
    return id_.rpartition("/")[2]


class Names:
    """Names in one subscription and region, from plain values: known at preview, so policies can read them."""

    def __init__(self, identifier: str, subscription: str, region: str, vault: str | None = None) -> None:
        """Take the cluster's name, and the vault's where it has one of its own choosing."""
        self.identifier = identifier
        self.subscription = subscription
        self.region = region
        # Names of vaults, registries and storage accounts are the world's: a digest tells two of them apart.
        self._digest = short_digest(f"{subscription}/{identifier}")
        self._vault = vault

    @property
    def scope(self) -> str:
        """Return the subscription as a scope without a leading slash."""
        return f"subscriptions/{self.subscription}"

    @property
    def vault(self) -> str:
        """Return the name of the vault: at most 24 characters."""
        room = _VAULT_LIMIT - len(self._digest) - 1
        return self._vault or f"{self.identifier[:room].rstrip('-')}-{self._digest}"

    @property
    def registry(self) -> str:
        """Return the name of the registry, which has letters and digits only."""
        return f"{self.identifier.replace('-', '')}{self._digest}"

    @property
    def flow_log_account(self) -> str:
        """Return the name of the storage account of flow logs: at most 24 letters and digits."""
        return f"{self.identifier.replace('-', '')[:12]}flow{self._digest}"

    @property
    def disk_encryption_set(self) -> str:
        """Return the full id of the disk encryption set."""
        group = f"/{self.scope}/resourceGroups/{self.identifier}"
        return f"{group}/providers/Microsoft.Compute/diskEncryptionSets/{self.identifier}"

    def role(self, id_: str) -> str:
        """Return the full id of a role."""
        return f"/{self.scope}/providers/Microsoft.Authorization/roleDefinitions/{id_}"

    @property
    def api_zone(self) -> str:
        """Return the private DNS zone of an API server that stands in the network.

        Source: https://learn.microsoft.com/azure/aks/private-apiserver-vnet-integration-cluster
        """
        return f"private.{self.region}.azmk8s.io"
