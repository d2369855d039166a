"""What the stack file of a cluster in a cloud answers, whichever cloud it is."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import pulumi

from .cluster import ClusterHandle
from .mesh import Mesh
from .model import Settings


class MadeCluster(Protocol):
    """A cluster that this stack makes."""

    handle: ClusterHandle
    """The cluster as tenants and platform services see it."""
    kubeconfig: pulumi.Output[str]
    """A kubeconfig without credentials."""


class CloudClusterArgs(Settings, ABC):
    """Arguments of a cluster in a cloud: the one thing that settings and environment know of a cloud.

    Reading them imports no package of the cloud; `create` does.
    """

    @property
    @abstractmethod
    def minor(self) -> str:
        """Kubernetes minor that the settings resolve to today."""

    @property
    @abstractmethod
    def reachable(self) -> bool:
        """Whether `pulumi up` reaches the API server, so that something can be created inside the cluster."""

    @property
    def managed_mesh(self) -> Mesh | None:
        """What tenants know of the mesh that the cloud runs in the cluster; None where it runs none."""
        return None

    @abstractmethod
    def own_networks(self) -> Mapping[str, str]:
        """Return the ranges of pods and Services by name, which no flow may open as an outside network."""

    @abstractmethod
    def parse_grant(self, grant: str) -> object:
        """Return a grant of a workload identity, in the cloud's own words; raises `ValueError` with what to write."""

    def grant_problems(self, grants: Sequence[str]) -> Iterator[str]:
        """Yield what is wrong with the grants of a workload identity."""
        for grant in grants:
            try:
                self.parse_grant(grant)
            except ValueError as error:
                yield f"{grant!r}: {error}"

    @abstractmethod
    def create(self) -> MadeCluster:
        """Create the cluster and everything around it."""
