"""Flows through the gateways of a mesh: a flow to an API, or to a host outside, becomes two, one to each side.

What is written stays one flow, by the caller's labels and account, to the pods and the port. NetworkPolicies and
AuthorizationPolicies are made from what this returns: the callers reach the gateway's tunnel, and the pods take nothing
at the API's port but what has the gateway's identity. Who may call is then judged at the gateway, by the callers'
own identities (`callers`). A port that isn't an API's stays as it is, past the gateway.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ..dataplane import TUNNEL_PORT
from ..naming import namespace_name
from .api import Api, may_be_same
from .host import Host
from .intent import Flow, ForeignPods, Pods, Port, Protocol
from .model import TenantArgs

NAMESPACE = "mesh-gateways"
"""Short name of the namespace of the platform that all gateways run in."""
FULL_NAMESPACE = f"platform-{NAMESPACE}"
GATEWAY_LABEL = "gateway.networking.k8s.io/gateway-name"
"""Label of a gateway's pods, by which Istio knows whose they are."""
EGRESS = "egress"
"""Name of the gateway to the outside; every other is named as the namespace whose APIs are behind it."""
_TUNNEL = (Port(port=TUNNEL_PORT),)


@dataclass(frozen=True, kw_only=True)
class Door:
    """An API, and where it is."""

    tenant: str
    """Name of the tenant."""
    namespace: str
    """Short name of its namespace."""
    api: Api
    """The API."""

    @property
    def full_namespace(self) -> str:
        """Return the full name of its namespace, which is its gateway's name as well."""
        return namespace_name(self.tenant, self.namespace)

    def is_named_by(self, tenant: str, flow: Flow) -> bool:
        """Return whether a flow of a tenant ends at exactly its pods."""
        return self._is_in_the_namespace_of(tenant, flow) and _labels(flow) == self.api.pods

    def is_touched_by(self, tenant: str, flow: Flow) -> bool:
        """Return whether a flow of a tenant may end at some of its pods, at its port."""
        labels = _labels(flow)
        return (
            self._is_in_the_namespace_of(tenant, flow)
            and labels is not None
            and (isinstance(labels, str) or may_be_same(labels, self.api.pods))
            and any(self.is_in(port) for port in flow.ports)
        )

    def is_in(self, port: Port) -> bool:
        """Return whether its port is among these."""
        return port.protocol is Protocol.TCP and port.port <= self.api.port <= (port.end_port or port.port)

    def is_port(self, port: Port) -> bool:
        """Return whether this is its port and no other."""
        return self.is_in(port) and port.end_port in (None, port.port)

    def _is_in_the_namespace_of(self, tenant: str, flow: Flow) -> bool:
        match flow.to:
            case Pods():
                return (tenant, flow.to.namespace) == (self.tenant, self.namespace)
            case ForeignPods():
                return flow.to.cluster_namespace == self.full_namespace
            case _:
                return False


def doors(tenants: Sequence[TenantArgs]) -> list[Door]:
    """Return the APIs of these tenants."""
    return [
        Door(tenant=tenant.name, namespace=namespace.name, api=api)
        for tenant in tenants
        for namespace in tenant.namespaces
        for api in namespace.apis
    ]


def hosts(tenants: Sequence[TenantArgs]) -> Iterator[tuple[str, str, Host]]:
    """Yield the hosts outside, each with the tenant and the short name of the namespace whose pods reach it."""
    for tenant in tenants:
        for namespace in tenant.namespaces:
            yield from ((tenant.name, namespace.name, host) for host in namespace.hosts)


def asked(tenants: Sequence[TenantArgs]) -> bool:
    """Return whether these tenants declare an API or a host, which need gateways."""
    return bool(doors(tenants)) or any(hosts(tenants))


def callers(tenants: Sequence[TenantArgs], door: Door) -> list[ForeignPods]:
    """Return who may call an API: what its own tenant lets in, by full names."""
    found = [
        _foreign(tenant.name, flow.from_)
        for tenant in tenants
        if tenant.name == door.tenant
        for flow in tenant.allow
        if door.is_named_by(tenant.name, flow)
        and any(door.is_port(port) for port in flow.ports)
        and isinstance(flow.from_, Pods | ForeignPods)
    ]
    return list({str(each): each for each in found}.values())


def routed(tenants: Sequence[TenantArgs]) -> tuple[TenantArgs, ...]:
    """Return the tenants with flows to gateways, and from them, in the place of those that go through one.

    Without APIs and hosts these are the tenants as they are.
    """
    found = doors(tenants)
    return tuple(_routed(tenant, tenants, found) for tenant in tenants)


def _routed(tenant: TenantArgs, tenants: Sequence[TenantArgs], found: Sequence[Door]) -> TenantArgs:
    flows: list[Flow] = []
    for flow in tenant.allow:
        passed = [door for door in found if door.is_named_by(tenant.name, flow)]
        past = tuple(port for port in flow.ports if not any(door.is_port(port) for door in passed))
        if past:
            flows.append(flow.model_copy(update={"ports": past}))
        if isinstance(flow.from_, Pods) and len(past) < len(flow.ports):
            flows.append(_to_gateway(flow.from_, passed[0].full_namespace))
    flows += [
        Flow(
            from_=_pods_of(door.full_namespace, door.full_namespace),
            to=Pods(namespace=door.namespace, pods=door.api.pods),
            ports=(Port(port=door.api.port),),
        )
        for door in found
        if door.tenant == tenant.name and callers(tenants, door)
    ]
    flows += [_to_gateway(Pods(namespace=namespace, pods=host.pods), EGRESS) for _, namespace, host in hosts([tenant])]
    return tenant.model_copy(update={"allow": _once(flows)})


def flows_of_gateways(tenants: Sequence[TenantArgs]) -> tuple[Flow, ...]:
    """Return the gateways' own ends: what callers they take, and which pods they reach."""
    found: list[Flow] = []
    for door in doors(tenants):
        gateway = Pods(namespace=NAMESPACE, pods={GATEWAY_LABEL: door.full_namespace})
        allowed = callers(tenants, door)
        found += [Flow(from_=_without_account(each), to=gateway, ports=_TUNNEL) for each in allowed]
        if allowed:
            behind = ForeignPods(cluster_namespace=door.full_namespace, pods=door.api.pods)
            found.append(Flow(from_=gateway, to=behind, ports=(Port(port=door.api.port), *_TUNNEL)))
    gateway = Pods(namespace=NAMESPACE, pods={GATEWAY_LABEL: EGRESS})
    for tenant, namespace, host in hosts(tenants):
        source = ForeignPods(cluster_namespace=namespace_name(tenant, namespace), pods=host.pods)
        found.append(Flow(from_=source, to=gateway, ports=_TUNNEL))
    return _once(found)


def problems(tenants: Sequence[TenantArgs]) -> Iterator[str]:
    """Yield the flows of which it can't be said whether they go through a gateway."""
    for door in doors(tenants):
        for tenant in tenants:
            for flow in tenant.allow:
                if not door.is_touched_by(tenant.name, flow):
                    continue
                where = f"tenant {tenant.name!r}: the flow {flow} reaches the API {door.api.name!r} past its gateway; "
                if not door.is_named_by(tenant.name, flow):
                    yield f"{where}name the pods as the API does: {_text(door.api.pods)}"
                elif not any(door.is_port(port) for port in flow.ports):
                    yield f"{where}name its port {door.api.port} alone, beside the range"


def unlimited(tenant: TenantArgs) -> Iterator[str]:
    """Yield the APIs of a tenant whose callers still go past their gateway, as its flows were not `routed`."""
    for door in doors([tenant]):
        if any(each.cluster_namespace != FULL_NAMESPACE for each in callers([tenant], door)):
            yield (
                f"nothing would limit the API {door.api.name!r} of {door.full_namespace}, as flows lead past every "
                "gateway; declare it in a stack whose platform.mesh has gateways"
            )


def _to_gateway(caller: Pods, gateway: str) -> Flow:
    return Flow(
        from_=Pods(namespace=caller.namespace, pods=caller.pods),
        to=ForeignPods(cluster_namespace=FULL_NAMESPACE, pods={GATEWAY_LABEL: gateway}),
        ports=_TUNNEL,
    )


def _pods_of(gateway: str, account: str) -> ForeignPods:
    return ForeignPods(cluster_namespace=FULL_NAMESPACE, pods={GATEWAY_LABEL: gateway}, service_account=account)


def _foreign(tenant: str, caller: Pods | ForeignPods) -> ForeignPods:
    if isinstance(caller, ForeignPods):
        return caller
    full_name = namespace_name(tenant, caller.namespace)
    return ForeignPods(cluster_namespace=full_name, pods=caller.pods, service_account=caller.service_account)


def _without_account(caller: ForeignPods) -> ForeignPods:
    return ForeignPods(cluster_namespace=caller.cluster_namespace, pods=caller.pods)


def _labels(flow: Flow) -> Mapping[str, str] | Literal["all"] | None:
    return flow.to.pods if isinstance(flow.to, Pods | ForeignPods) else None


def _text(labels: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={labels[key]}" for key in sorted(labels))


def _once(flows: Sequence[Flow]) -> tuple[Flow, ...]:
    """Return each flow once: several callers or ports may share a way to a gateway."""
    return tuple({str(each): each for each in flows}.values())
