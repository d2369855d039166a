"""Declared flows: who may talk to whom, as typed intents.

An intent names both ends and the ports. Each end that lies in the tenant's own namespaces opens by
one NetworkPolicy; a flow between two tenants therefore opens only when both declare it.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

import ipaddress
from enum import StrEnum
from typing import Annotated, Any, Literal, Self, cast

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, field_validator, model_validator

from ..model import DnsLabel, Settings

METADATA_ADDRESSES = (
    "169.254.0.0/16",  # link-local: the instance metadata of every cloud, and the agents beside it
    "168.63.129.16/32",  # the Azure wire server
    "100.100.100.200/32",  # Alibaba Cloud metadata
    "192.0.0.192/32",  # Oracle Cloud metadata
    "fd00:ec2::254/128",  # EC2 metadata over IPv6
    "fd20:ce::254/128",  # Compute Engine metadata over IPv6
    "fe80::/10",  # IPv6 link-local
)
"""Addresses that hand out machine credentials; no intent ever opens one."""

Labels = Annotated[dict[str, str], Field(min_length=1)]


class Protocol(StrEnum):
    """Transport protocols that a NetworkPolicy knows."""

    TCP = "TCP"
    UDP = "UDP"
    SCTP = "SCTP"


def _named_account(account: str) -> str:
    if account == "default":
        raise ValueError("every pod that names no account runs as it; name another")
    return account


ServiceAccount = Annotated[DnsLabel, AfterValidator(_named_account)]
"""A service account that is somebody's own."""


class Pods(Settings):
    """Pods in one of the tenant's own namespaces."""

    namespace: DnsLabel
    """Short name of the namespace, as the tenant declares it."""
    pods: Labels | Literal["all"]
    """Labels that the pods carry; `all` names every pod of the namespace."""
    service_account: ServiceAccount | None = None
    """Service account that the callers run as, for a cluster with a mesh: without it every identity of the namespace
    is one, and labels alone tell them apart. NetworkPolicies don't know it."""

    def __str__(self) -> str:
        """Return `namespace[labels]`, and `@account` where one is named."""
        return f"{self.namespace}[{_labels_text(self.pods)}]{_account_text(self.service_account)}"


class ForeignPods(Settings):
    """Pods in a namespace that is not the tenant's: an ingress controller, another tenant."""

    cluster_namespace: DnsLabel
    """Full name of the namespace in the cluster."""
    pods: Labels | Literal["all"]
    """Labels that the pods carry; `all` names every pod of the namespace."""
    service_account: ServiceAccount | None = None
    """Service account that the callers run as, for a cluster with a mesh."""

    def __str__(self) -> str:
        """Return `cluster/namespace[labels]`, and `@account` where one is named."""
        return f"cluster/{self.cluster_namespace}[{_labels_text(self.pods)}]{_account_text(self.service_account)}"


class Network(Settings):
    """Addresses outside the cluster. Metadata addresses are always cut out of it."""

    cidr: str
    """A network such as 10.20.0.0/24; host bits must be zero."""
    except_: tuple[str, ...] = Field(default=(), validation_alias="except", serialization_alias="except")
    """Networks inside `cidr` that stay closed."""

    @field_validator("cidr")
    @classmethod
    def _is_network(cls, value: str) -> str:
        network = parse_network(value)
        for address in METADATA_ADDRESSES:
            if _contains(ipaddress.ip_network(address), network):
                raise ValueError(f"lies inside {address}, which hands out machine credentials; name another network")
        return value

    @model_validator(mode="after")
    def _exceptions_lie_inside(self) -> Self:
        outer = parse_network(self.cidr)
        for text in self.except_:
            if not _contains(outer, parse_network(text)):
                raise ValueError(f"except {text} lies outside {self.cidr}; leave it out or widen the cidr")
        return self

    def closed(self) -> tuple[str, ...]:
        """Return what stays closed inside the network: the exceptions and the metadata addresses."""
        outer = parse_network(self.cidr)
        metadata = (text for text in METADATA_ADDRESSES if _contains(outer, ipaddress.ip_network(text)))
        return tuple(dict.fromkeys([*self.except_, *metadata]))

    def opens(self, cidr: str) -> bool:
        """Return whether any address of the other network is open."""
        other = parse_network(cidr)
        kept_closed = any(_contains(parse_network(text), other) for text in self.except_)
        return parse_network(self.cidr).overlaps(other) and not kept_closed

    def __str__(self) -> str:
        """Return the network and what stays closed in it."""
        return f"{self.cidr} except {', '.join(self.closed())}" if self.closed() else self.cidr


class Port(Settings):
    """A port, or a range of ports, of one protocol."""

    port: Annotated[int, Field(ge=1, le=65535, strict=True)]
    """First port of the range."""
    end_port: Annotated[int, Field(ge=1, le=65535, strict=True)] | None = None
    """Last port of the range; absent for a single port."""
    protocol: Protocol = Protocol.TCP
    """Transport protocol."""

    @model_validator(mode="after")
    def _range_ascends(self) -> Self:
        if self.end_port is not None and self.end_port < self.port:
            raise ValueError("endPort must not be below port")
        return self

    def __str__(self) -> str:
        """Return `TCP/8080` or `TCP/8080-8090`."""
        return f"{self.protocol}/{self.port}" + (f"-{self.end_port}" if self.end_port else "")


def _peer_kind(value: Any) -> str | None:
    fields = cast("dict[str, Any]", value) if isinstance(value, dict) else getattr(value, "model_fields_set", ())
    for kind, keys in (
        ("pods", {"namespace"}),
        ("foreignPods", {"clusterNamespace", "cluster_namespace"}),
        ("network", {"cidr"}),
    ):
        if keys & set(fields):
            return kind
    return None


Peer = Annotated[
    Annotated[Pods, Tag("pods")] | Annotated[ForeignPods, Tag("foreignPods")] | Annotated[Network, Tag("network")],
    Discriminator(
        _peer_kind,
        custom_error_type="peer",
        custom_error_message="name one of namespace (your own), clusterNamespace (another's) or cidr",
    ),
]
"""One end of a flow."""


def _port_number(value: Any) -> Any:
    return {"port": value} if isinstance(value, int) and not isinstance(value, bool) else value


class Flow(Settings):
    """One declared flow: from a peer to a peer on the given ports."""

    from_: Peer = Field(validation_alias="from", serialization_alias="from")
    """Who opens the connection."""
    to: Peer
    """Who accepts it."""
    ports: tuple[Annotated[Port, BeforeValidator(_port_number, json_schema_input_type=int | Port)], ...] = Field(
        min_length=1
    )
    """Ports that the flow opens; a plain number means TCP."""

    @model_validator(mode="after")
    def _touches_the_tenant(self) -> Self:
        if not isinstance(self.from_, Pods) and not isinstance(self.to, Pods):
            raise ValueError("one end must lie in the tenant's own namespaces (namespace: ...)")
        if isinstance(self.to, Pods | ForeignPods) and self.to.service_account is not None:
            raise ValueError("serviceAccount says who calls; name it under from, and the accepting pods by labels")
        return self

    def own_namespaces(self) -> set[str]:
        """Return the short names of the tenant's namespaces that the flow touches."""
        return {peer.namespace for peer in (self.from_, self.to) if isinstance(peer, Pods)}

    def __str__(self) -> str:
        """Return `web[app=web] -> api[app=api] TCP/8080`: stable, used in names and annotations."""
        return f"{self.from_} -> {self.to} {', '.join(str(port) for port in self.ports)}"


def allow(*, from_: Peer, to: Peer, port: int | Port | tuple[int | Port, ...]) -> Flow:
    """Declare a flow in Python: `allow(from_=Pods(...), to=Network(cidr=...), port=5432)`.

    Raises `pydantic.ValidationError` where neither end is the tenant's own or a port is out of range.
    """
    ports = port if isinstance(port, tuple) else (port,)
    return Flow(
        from_=from_,
        to=to,
        ports=tuple(Port(port=each) if isinstance(each, int) else each for each in ports),
    )


def parse_network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """Return the network; raises `ValueError` with what is wrong and what is allowed."""
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise ValueError(f"{error}; use a network such as 10.20.0.0/24") from None


def _contains(
    outer: ipaddress.IPv4Network | ipaddress.IPv6Network, inner: ipaddress.IPv4Network | ipaddress.IPv6Network
) -> bool:
    if isinstance(outer, ipaddress.IPv4Network):
        return isinstance(inner, ipaddress.IPv4Network) and inner.subnet_of(outer)
    return isinstance(inner, ipaddress.IPv6Network) and inner.subnet_of(outer)


def _labels_text(labels: dict[str, str] | Literal["all"]) -> str:
    return labels if isinstance(labels, str) else ",".join(f"{key}={labels[key]}" for key in sorted(labels))


def _account_text(account: str | None) -> str:
    return f"@{account}" if account else ""
