"""What tenants declare: their flows, and what every namespace of theirs gets without asking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.dataplane import Door
from components.mesh import Mesh
from components.naming import namespace_name
from components.tenancy.intent import Flow, ForeignPods, Peer, Pods
from components.tenancy.network_policy import tunnel
from policies.model import Resource
from preview.objects import is_known, plain

from .addresses import IpBlock
from .model import Endpoint
from .ports import FIRST, LAST, Ports

TENANT = "secureclusters:tenancy:Tenant"


@dataclass(frozen=True)
class End:
    """Pods of a namespace; no labels mean all of them."""

    namespace: str
    labels: tuple[tuple[str, str], ...] = ()

    def has(self, endpoint: Endpoint) -> bool:
        """Return whether the pods of an endpoint are meant."""
        return self.namespace == endpoint.namespace and set(self.labels) <= set(endpoint.labels)

    def __str__(self) -> str:
        """Return `namespace[labels]`."""
        return f"{self.namespace}[{','.join(f'{key}={value}' for key, value in self.labels) or 'all'}]"


@dataclass(frozen=True)
class Declared:
    """One declared flow."""

    source: End | IpBlock
    target: End | IpBlock
    ports: Ports


@dataclass(frozen=True)
class Intents:
    """The flows of all tenants, and the namespaces that they answer for."""

    flows: Sequence[Declared]
    namespaces: frozenset[str]


def read(resources: Sequence[Resource]) -> tuple[Intents, list[Resource]]:
    """Return what the tenants declare, and the tenants of which something is not known."""
    flows: list[Declared] = []
    namespaces: set[str] = set()
    unknown: list[Resource] = []
    for resource in resources:
        if resource.type != TENANT:
            continue
        tenant = resource.props.plain
        if not is_known(*(tenant.get(key) for key in ("name", "namespaces", "allow", "dns", "signIn", "mesh"))):
            unknown.append(resource)
            continue
        namespaces.update(tenant.get("namespaces") or ())
        mesh = Mesh.model_validate(tenant["mesh"]) if tenant.get("mesh") else None
        flows += [_flow(tenant["name"], Flow.model_validate(each), mesh) for each in tenant.get("allow") or ()]
        doors = mesh.doors if mesh else ()
        flows += [way for door in doors for each in tenant.get("namespaces") or () for way in _doors(each, door)]
        if mesh and (address := mesh.probe_address):
            probes = Ports.of([("TCP", FIRST, LAST)])
            flows += [Declared(IpBlock(address), End(each), probes) for each in tenant.get("namespaces") or ()]
        flows += _baseline(tenant.get("namespaces") or (), plain(resource, "dns"), tenant.get("signIn") or ())
    return Intents(flows, frozenset(namespaces)), unknown


def _baseline(
    namespaces: Sequence[str], dns: Mapping[str, Any], sign_in: Sequence[Mapping[str, Any]]
) -> Iterator[Declared]:
    for name in namespaces:
        if dns:
            ports = Ports.of((protocol, int(dns["port"]), int(dns["port"])) for protocol in ("TCP", "UDP"))
            yield Declared(End(name), End(dns["namespace"], tuple(sorted(dns["pods"].items()))), ports)
            if caches := dns.get("caches"):
                yield Declared(End(name), End(dns["namespace"], tuple(sorted(caches.items()))), ports)
            for cidr in dns.get("networks") or ():
                yield Declared(End(name), IpBlock(cidr), ports)
    for door in sign_in:
        ports = Ports.of([("TCP", int(door["port"]), int(door["port"]))])
        yield Declared(End(door["namespace"]), IpBlock(door["cidr"]), ports)


def _doors(namespace: str, door: Door) -> Iterator[Declared]:
    """Yield the ways of the proxies in a namespace's pods to the control plane of their mesh."""
    ports = Ports.of([("TCP", door.port, door.port)])
    if door.pods:
        yield Declared(End(namespace), End(door.namespace, tuple(sorted(door.pods.items()))), ports)
    for cidr in door.networks:
        yield Declared(End(namespace), IpBlock(cidr), ports)


def _flow(tenant: str, flow: Flow, mesh: Mesh | None) -> Declared:
    """Return a flow; in a mesh it comes through a tunnel, whose port NetworkPolicies see in place of its own."""
    opened = (*flow.ports, *tunnel(flow, mesh))
    ports = Ports.of((each.protocol.value, each.port, each.end_port or each.port) for each in opened)
    return Declared(_end(tenant, flow.from_), _end(tenant, flow.to), ports)


def _end(tenant: str, peer: Peer) -> End | IpBlock:
    match peer:
        case Pods():
            return End(namespace_name(tenant, peer.namespace), _labels(peer))
        case ForeignPods():
            return End(peer.cluster_namespace, _labels(peer))
        case _:
            return IpBlock(peer.cidr, peer.closed())


def _labels(peer: Pods | ForeignPods) -> tuple[tuple[str, str], ...]:
    return () if isinstance(peer.pods, str) else tuple(sorted(peer.pods.items()))
