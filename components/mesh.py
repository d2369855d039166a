"""What the layers above know of the service mesh of their cluster: who is in it, and what it adds to the network."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Self

from pydantic import Field

from .model import DnsLabel, Settings

TUNNEL_PORT = 15008
"""TCP port at which a pod of an ambient mesh accepts everything that comes through the mesh (HBONE): a NetworkPolicy
sees this port, and not the one inside. https://istio.io/latest/docs/ambient/usage/networkpolicy/"""
PROBE_ADDRESS = "169.254.7.127/32"
"""What the kubelet's probes of a pod in an ambient mesh come from; it is reached from the pod's own node alone."""


class Dataplane(StrEnum):
    """What carries the calls of a mesh."""

    ISTIO_AMBIENT = "istio-ambient"
    """One proxy on each node."""


class Mesh(Settings):
    """The mesh of a cluster. Every namespace of a tenant is in it, and speaks mutual TLS with nobody but the mesh."""

    dataplane: Dataplane = Dataplane.ISTIO_AMBIENT
    """What carries the calls."""
    trust_domain: str = Field(default="cluster.local", pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", max_length=253)
    """First part of every identity in the mesh."""
    members: tuple[DnsLabel, ...] = ()
    """Namespaces in the mesh beside those of this stack's tenants, such as that of the ingress controller: only from
    there may others call a tenant. Whoever owns them labels them `istio.io/dataplane-mode: ambient`."""

    @property
    def labels(self) -> Mapping[str, str]:
        """Labels that take the pods of a namespace into the mesh."""
        return {"istio.io/dataplane-mode": "ambient"}

    @property
    def tunnel_port(self) -> int | None:
        """TCP port at which a pod accepts what comes through the mesh; None where that is the port inside."""
        return TUNNEL_PORT

    @property
    def probe_address(self) -> str | None:
        """Address that the kubelet's probes come from; None where the mesh leaves it alone."""
        return PROBE_ADDRESS

    def beside(self, namespaces: Iterable[str]) -> Self:
        """Return the mesh with these members as well: the namespaces of a stack's own tenants."""
        return self.model_copy(update={"members": tuple(dict.fromkeys([*self.members, *namespaces]))})

    def has(self, namespace: str) -> bool:
        """Return whether a namespace that the stack doesn't make is known to be in the mesh."""
        return namespace in self.members

    def principal(self, namespace: str, service_account: str) -> str:
        """Return the identity of the pods that run as a service account, as AuthorizationPolicies name it."""
        return f"{self.trust_domain}/ns/{namespace}/sa/{service_account}"
