"""What every platform service answers; a new one is a class of its own and a line in `model.py`."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

import pulumi
from pydantic import Field

from ..cluster import ClusterHandle
from ..model import Settings
from ..naming import namespace_name
from ..tenancy import Network, TenantArgs
from ..tenancy.intent import Flow
from ..tenancy.model import Namespace
from .authorities import AnyAuthority

TENANT = "platform"
"""Name of the tenant that the namespaces of platform services belong to."""


class ApiServer(Settings):
    """Where the API server answers, and where it asks webhooks from."""

    networks: tuple[Network, ...] = Field(min_length=1)
    """Addresses of the API server as pods reach it, after the cluster's own Service was resolved; on a managed cluster
    its endpoints in the network, or the range of the control plane. Operators reach it, and it their webhooks."""
    port: Annotated[int, Field(ge=1, le=65535, strict=True)] = 443
    """Port behind those addresses (kubeadm: 6443)."""


@dataclass(frozen=True, kw_only=True)
class Signing:
    """Who signs certificates of services."""

    authority: AnyAuthority
    """The authority of `tls`."""
    cluster_domain: str
    """Domain of the cluster's Services, which names end in."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """What a service is created in."""

    cluster: ClusterHandle
    """The cluster."""
    kubernetes: str
    """Kubernetes minor that charts are rendered for."""
    tenants: Sequence[TenantArgs]
    """Tenants of the stack."""
    owner: str
    """Who answers for the platform."""
    production: bool
    """Whether the environment is a production one."""
    namespaces: Mapping[str, pulumi.Resource]
    """Namespaces of the services by full name, and, once these are there, of the stack's tenants; what lies in them
    depends on them."""
    api_server: ApiServer
    """Where the API server is."""
    signing: Signing | None = None
    """Who signs certificates in the cluster; None where `tls` is off."""
    made: dict[str, Sequence[pulumi.Resource]] = field(default_factory=dict)
    """What services made, by their names, for those that come after them."""

    def tenant_namespaces(self) -> Iterator[tuple[str, Namespace]]:
        """Yield the namespaces of the stack's tenants, with their full names."""
        for tenant in self.tenants:
            yield from ((namespace_name(tenant.name, each.name), each) for each in tenant.namespaces)

    def inside(self, namespace: str, parent: pulumi.Resource) -> pulumi.ResourceOptions:
        """Return the options of what a service makes once one of its namespaces is there."""
        return pulumi.ResourceOptions(parent=parent, depends_on=[self.namespaces[namespace]])


class ServiceArgs(Settings, ABC):
    """Arguments of a platform service. Reading them imports nothing that makes resources; `create` does."""

    @property
    @abstractmethod
    def charts(self) -> tuple[str, ...]:
        """Charts that the service installs, by their name in `versions.yaml`."""

    @abstractmethod
    def namespaces(self) -> tuple[Namespace, ...]:
        """Return the namespaces that the service runs in; their full names begin with `platform-`."""

    @abstractmethod
    def flows(self, api_server: ApiServer) -> tuple[Flow, ...]:
        """Return the flows that the service's pods need; everything else is denied."""

    def flows_of(self, tenants: Sequence[TenantArgs]) -> tuple[Flow, ...]:
        """Return the flows that the service's pods need besides, for what these tenants ask of it."""
        del tenants
        return ()

    def problems(self, tenants: Sequence[TenantArgs]) -> Iterator[str]:
        """Yield what doesn't fit the rest of the stack."""
        del tenants
        yield from ()

    @abstractmethod
    def create(self, site: Site, parent: pulumi.Resource) -> None:
        """Create the service below `parent`, whose Kubernetes provider its resources use."""

    def serve(self, site: Site, parent: pulumi.Resource) -> None:
        """Create what tenants ask of the service in their namespaces, after it and after these."""
        del site, parent
