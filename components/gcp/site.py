"""What every part of a GKE cluster is told: whose it is, where it lies, who administers it."""

from collections.abc import Mapping
from dataclasses import dataclass

from .names import Names


@dataclass(frozen=True, kw_only=True)
class Site:
    """One cluster's name, place and administrators; plain values, so that policies see all that is made of them."""

    name: str
    """Name of the cluster; every other name begins with it."""
    names: Names
    """Names in its project and region."""
    deployer: str
    """Account that `pulumi up` runs as, as IAM names it."""
    break_glass: tuple[str, ...]
    """Groups that administer in an emergency, as IAM names them."""
    key_ring: str
    """Name of the ring of its keys."""
    labels: Mapping[str, str]
    """Labels of what takes labels."""

    @property
    def project(self) -> str:
        """Id of its project."""
        return self.names.project

    @property
    def region(self) -> str:
        """Its region."""
        return self.names.region
