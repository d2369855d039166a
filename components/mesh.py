"""What the layers above know of the service mesh of their cluster: who is in it, and what it adds to the network."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from pydantic import Field

from .model import DnsLabel, Settings

TUNNEL_PORT = 15008
"""TCP port at which a pod of an ambient mesh accepts everything that comes through the mesh (HBONE): a NetworkPolicy
sees this port, and not the one inside. https://istio.io/latest/docs/ambient/usage/networkpolicy/"""
PROBE_ADDRESS = "169.254.7.127/32"
"""What the kubelet's probes of a pod in an ambient mesh come from; it is reached from the pod's own node alone."""


LINKERD_NAMESPACE = "platform-mesh"
"""Namespace of Linkerd's control plane; it is in the name of every identity."""
LINKERD_INBOUND_PORT = 4143
"""TCP port at which a pod's proxy accepts everything that comes from another proxy, unless Linkerd is told to leave
ports alone (`proxy.outboundTransportMode`, and createWeightedAddr in the sources of its destination controller): the
port inside is in a header, and a NetworkPolicy sees this one."""


class Dataplane(StrEnum):
    """What carries the calls of a mesh."""

    ISTIO_AMBIENT = "istio-ambient"
    """One proxy on each node."""
    LINKERD = "linkerd"
    """One proxy in each pod."""


@dataclass(frozen=True, kw_only=True)
class Door:
    """Pods of the control plane that every proxy asks, at a TCP port."""

    namespace: str
    """Full name of their namespace."""
    pods: Mapping[str, str]
    """Their labels."""
    port: int
    """The port; proxies are not in a proxy's way, so that it is the port inside."""


@dataclass(frozen=True, kw_only=True)
class _Traits:
    """What the namespaces of a mesh have because of what carries its calls."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str] = field(default_factory=dict[str, str])
    tunnel_port: int | None = None
    probe_address: str | None = None
    doors: tuple[Door, ...] = ()


def _linkerd_door(component: str, port: int) -> Door:
    pods = {"linkerd.io/control-plane-component": component}
    return Door(namespace=LINKERD_NAMESPACE, pods=pods, port=port)


_INJECT = {"linkerd.io/inject": "enabled"}
_TRAITS: Mapping[Dataplane, _Traits] = {
    Dataplane.ISTIO_AMBIENT: _Traits(
        labels={"istio.io/dataplane-mode": "ambient"}, tunnel_port=TUNNEL_PORT, probe_address=PROBE_ADDRESS
    ),
    # The injector reads the annotation; by the label its webhook is asked about these namespaces and no other.
    Dataplane.LINKERD: _Traits(
        labels=_INJECT,
        annotations={**_INJECT, "config.linkerd.io/default-inbound-policy": "deny"},
        tunnel_port=LINKERD_INBOUND_PORT,
        doors=(_linkerd_door("identity", 8080), _linkerd_door("destination", 8086), _linkerd_door("destination", 8090)),
    ),
}


class Mesh(Settings):
    """The mesh of a cluster. Every namespace of a tenant is in it, and speaks mutual TLS with nobody but the mesh."""

    dataplane: Dataplane = Dataplane.ISTIO_AMBIENT
    """What carries the calls."""
    trust_domain: str = Field(default="cluster.local", pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", max_length=253)
    """First part of every identity in the mesh."""
    members: tuple[DnsLabel, ...] = ()
    """Namespaces in the mesh beside those of this stack's tenants, such as that of the ingress controller: only from
    there may others call a tenant. Whoever owns them labels them `istio.io/dataplane-mode: ambient`, or
    `linkerd.io/inject: enabled`, which Linkerd needs as an annotation as well."""

    @property
    def labels(self) -> Mapping[str, str]:
        """Labels that take the pods of a namespace into the mesh."""
        return _TRAITS[self.dataplane].labels

    @property
    def annotations(self) -> Mapping[str, str]:
        """Annotations that take the pods of a namespace into the mesh, and deny every caller whom no policy allows."""
        return _TRAITS[self.dataplane].annotations

    @property
    def tunnel_port(self) -> int | None:
        """TCP port at which a pod accepts what comes through the mesh; None where that is the port inside."""
        return _TRAITS[self.dataplane].tunnel_port

    @property
    def probe_address(self) -> str | None:
        """Address that the kubelet's probes come from; None where the mesh leaves it alone."""
        return _TRAITS[self.dataplane].probe_address

    @property
    def doors(self) -> tuple[Door, ...]:
        """What the proxy in each pod asks; nothing where no pod has one."""
        return _TRAITS[self.dataplane].doors

    def beside(self, namespaces: Iterable[str]) -> Self:
        """Return the mesh with these members as well: the namespaces of a stack's own tenants."""
        return self.model_copy(update={"members": tuple(dict.fromkeys([*self.members, *namespaces]))})

    def has(self, namespace: str) -> bool:
        """Return whether a namespace that the stack doesn't make is known to be in the mesh."""
        return namespace in self.members

    def principal(self, namespace: str, service_account: str) -> str:
        """Return the identity of the pods that run as a service account, as AuthorizationPolicies name it."""
        return f"{self.trust_domain}/ns/{namespace}/sa/{service_account}"
