"""What every part of an EKS cluster is told: whose it is, where it lies, who administers it."""

from dataclasses import dataclass

from .arns import Arns


@dataclass(frozen=True, kw_only=True)
class Site:
    """One cluster's name, place and administrators; plain values, so that policies see all that is made of them."""

    name: str
    """Name of the cluster; every other name begins with it."""
    arns: Arns
    """ARNs of its account and region."""
    deployer: str
    """Role that `pulumi up` runs as."""
    break_glass: tuple[str, ...]
    """Roles that administer in an emergency."""
    boundary: str | None = None
    """Permissions boundary of every role that is made."""

    @property
    def administrators(self) -> tuple[str, ...]:
        """Roles that may change the keys."""
        return (self.deployer, *self.break_glass)
