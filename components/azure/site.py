"""What every part of an AKS cluster is told: whose it is, where it lies, who administers it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from .names import Names


@dataclass(frozen=True, kw_only=True)
class Site:
    """One cluster's name, place and administrators; plain values, so that policies see all that is made of them."""

    name: str
    """Name of the cluster; every other name begins with it."""
    names: Names
    """Names in its subscription and region."""
    tenant: str
    """Tenant of Entra ID."""
    group: pulumi.Output[str]
    """Name of its resource group, once it is there."""
    group_id: pulumi.Output[str]
    """Full id of its resource group."""
    deployer: str
    """Object id of the principal that `pulumi up` runs as."""
    break_glass: tuple[str, ...]
    """Object ids of the groups that administer in an emergency."""
    tags: Mapping[str, str]
    """Tags of what takes tags."""

    @property
    def region(self) -> str:
        """Its region."""
        return self.names.region
