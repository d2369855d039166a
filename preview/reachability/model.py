"""What there is to say about who can talk to whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from policies.model import Resource

from .addresses import IpBlock
from .policy import NamedPorts, PortSet
from .ports import Ports


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Pods that no policy can tell apart: of one namespace, with the same labels, ports and addresses."""

    namespace: str
    name: str
    """`Deployment/web`, several with commas; `pods app=web` where no workload is recorded."""
    labels: tuple[tuple[str, str], ...] = ()
    named_ports: NamedPorts = ()
    addresses: tuple[str, ...] = ()
    """Addresses of the pods, as far as they are known: on a running cluster, hardly ever in a preview."""
    host_network: bool = False
    """The pods have the network of their node: NetworkPolicies neither restrict nor select them."""
    recorded: bool = True
    """False where the namespace itself is not part of what was recorded, so its own policies are not known."""

    def __str__(self) -> str:
        """Return `namespace/name`."""
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, kw_only=True)
class Link:
    """Each of the sources can open connections to each of the targets on the ports.

    A pod always reaches itself; this is about two pods, also about two of one endpoint.
    """

    sources: tuple[Endpoint, ...]
    targets: tuple[Endpoint, ...]
    ports: Ports


class Direction(StrEnum):
    """Which way connections are opened, seen from the pods."""

    INGRESS = "ingress"
    EGRESS = "egress"


@dataclass(frozen=True, kw_only=True)
class Outside:
    """Addresses that the endpoints accept connections from, or open connections to."""

    direction: Direction
    endpoints: tuple[Endpoint, ...]
    network: IpBlock | None
    """None for everyone, which a rule without peers means, and no policy at all."""
    ports: PortSet
    """As written in the policies; a named port means nothing outside."""
    anywhere: bool
    """The half of IPv4 or all of global IPv6 at least, perhaps together with other networks on these ports."""


class Difference(StrEnum):
    """How what is open differs from what is declared."""

    NOT_DECLARED = "open but not declared"
    NOT_OPEN = "declared but not open"
    NO_POD = "declared, and no pod carries the labels"
    MAY_BE_OPEN = "may be open, and is not declared"
    MAY_BE_CLOSED = "declared, and may not be open"
    MAY_HAVE_NO_POD = "declared, and perhaps no pod carries the labels"


@dataclass(frozen=True, kw_only=True)
class Surprise:
    """A difference between the NetworkPolicies and the flows that tenants declare."""

    difference: Difference
    source: str
    target: str
    ports: str
    source_namespaces: tuple[str, ...] = ()
    """Namespaces of the source; none where it is a network."""
    target_namespaces: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """Something that can be reached from outside the cluster."""

    kind: str
    """`Ingress`, `Gateway`, `LoadBalancer`, `NodePort`, `ExternalIP`, `HostPort`, `HostNetwork`."""
    resource: Resource
    namespace: str
    backends: tuple[Endpoint, ...]
    """Endpoints behind it; none where the kind doesn't name them."""
    closed: bool
    """No backend accepts connections from outside, so the NetworkPolicies hold it shut."""


@dataclass(frozen=True, kw_only=True)
class Reachability:
    """Who can talk to whom, by NetworkPolicy.

    It holds what policies allow: whether anything listens, and what a service mesh, a firewall or an
    AdminNetworkPolicy adds, is not part of it.
    """

    endpoints: tuple[Endpoint, ...]
    links: tuple[Link, ...]
    """All that is open inside the cluster; a pair of endpoints may stand in several links."""
    outside: tuple[Outside, ...]
    surprises: tuple[Surprise, ...]
    """Differences that are certain, whatever is not known yet."""
    doubts: tuple[Surprise, ...]
    """Differences that there may be: something that they depend on is not known before the update."""
    exposures: tuple[Exposure, ...]
    not_known: tuple[str, ...]
    """Keys of resources that depend on values that are not known before the update; they are left out."""
