"""What each kind of mesh answers to the service `mesh`, which chooses one: Istio's, Linkerd's, or a cloud's."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence

import pulumi

from ..tenancy import TenantArgs
from ..tenancy.intent import Flow
from ..tenancy.model import Namespace
from .service import ApiServer, Site


class MeshKind(ABC):
    """One kind of mesh. What is not said here of its namespaces, charts and flows, it has not."""

    @property
    def charts(self) -> tuple[str, ...]:
        """Charts that it is installed from."""
        return ()

    def namespaces(self) -> tuple[Namespace, ...]:
        """Return the namespaces that its control plane runs in."""
        return ()

    def flows(self, api_server: ApiServer) -> Iterable[Flow]:
        """Return the flows of its control plane."""
        del api_server
        return ()

    def flows_of(self, tenants: Sequence[TenantArgs]) -> Iterable[Flow]:
        """Return the flows between its control plane and what these tenants have of it."""
        del tenants
        return ()

    @abstractmethod
    def problems(self, tenants: Sequence[TenantArgs]) -> Iterator[str]:
        """Yield what these tenants ask of it and it hasn't got."""

    @abstractmethod
    def create(self, site: Site, parent: pulumi.Resource) -> None:
        """Create it, strict everywhere, and deny every caller that no policy allows."""

    def serve(self, site: Site, parent: pulumi.Resource) -> None:
        """Create what it has in the namespaces of tenants."""
        del site, parent
