"""What the gateways of the mesh hold: limits on requests of APIs, and which pods reach which host outside.

Each namespace with APIs has a gateway of its own, and so an identity of its own; one gateway leads outside. At each of
them nobody is let in whom no policy names. What a gateway is made of is in `waypoint.py`, how flows lead through it in
`tenancy/gateway.py`.

Sources: https://istio.io/latest/docs/ambient/usage/waypoint/ https://istio.io/latest/docs/ambient/usage/egress-gateway/
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from ..mesh import Mesh
from ..model import Quantity, Settings
from ..naming import namespace_name, short_digest
from ..tenancy import Network, TenantArgs, authorization_policy, gateway
from ..tenancy.api import Api, ApiProtocol
from ..tenancy.gateway import EGRESS, FULL_NAMESPACE, GATEWAY_LABEL, Door
from ..tenancy.host import Host
from ..tenancy.intent import Flow, Pods, Port
from ..tenancy.model import Namespace, Quota
from . import istio
from .waypoint import GATEWAY_API, REPLICAS, Waypoint

CHART = "gateway-api"
_NETWORKING = "networking.istio.io/v1"
_GATEWAY_GROUP = GATEWAY_API.partition("/")[0]
_ALWAYS = {"default_value": {"numerator": 100, "denominator": "HUNDRED"}}
"""Without the name of a runtime value, by which it could be switched off in the running proxy."""
_LIMIT = "type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit"


class Definitions(StrEnum):
    """Who has the definitions of the Gateway API in the cluster."""

    PLATFORM = "platform"
    """The platform, from the pinned release."""
    CLUSTER = "cluster"
    """The cluster, of at least that release: its cloud, where that manages them, or who installed them."""


class Gateways(Settings):
    """Gateways of the mesh."""

    definitions: Definitions = Definitions.PLATFORM
    """Who has the definitions of the Gateway API in the cluster."""
    networks: tuple[Network, ...] = ()
    """Addresses that the egress gateway may connect to: whatever a declared host resolves to has to be among them.
    Leave the cluster's own networks out (`except`). Required where a namespace declares hosts."""
    memory: Quantity = "512Mi"
    """Memory of each of a gateway's two pods."""
    most: Annotated[int, Field(ge=1, le=200, strict=True)] = 20
    """Most gateways: one for each namespace with APIs, and one to the outside."""

    @property
    def charts(self) -> tuple[str, ...]:
        """Return the definitions, where the platform has them."""
        return (CHART,) if self.definitions is Definitions.PLATFORM else ()

    def namespace(self) -> Namespace:
        """Return the namespace of the gateways. It is not in the mesh: a gateway ends the tunnel by itself."""
        pods = self.most * REPLICAS
        quota = Quota(cpu=str(pods), memory=f"{pods}Gi", ephemeral_storage=f"{pods}Gi", storage="1Gi", pods=pods)
        return Namespace(name=gateway.NAMESPACE, quota=quota)

    def flows(self, control_plane: Pods, tenants: Sequence[TenantArgs]) -> Iterator[Flow]:
        """Yield the ways of the gateways: to istiod, from callers, to pods behind them, and to the outside."""
        yield Flow(
            from_=Pods(namespace=gateway.NAMESPACE, pods="all"),
            to=control_plane,
            ports=(Port(port=istio.CONFIGURATION_PORT),),
        )
        yield from gateway.flows_of_gateways(tenants)
        ports = tuple(sorted({port for _, _, host in gateway.hosts(tenants) for port in host.ports}))
        for network in self.networks if ports else ():
            outside = Pods(namespace=gateway.NAMESPACE, pods={GATEWAY_LABEL: EGRESS})
            yield Flow(from_=outside, to=network, ports=tuple(Port(port=port) for port in ports))

    def problems(self, tenants: Sequence[TenantArgs]) -> Iterator[str]:
        """Yield what the gateways can't hold."""
        if not self.networks and any(gateway.hosts(tenants)):
            yield "gateways.networks is empty, so no host is reached; name the addresses that hosts may have"
        if len(names := list(_names(tenants))) > self.most:
            yield f"gateways.most is {self.most}, and {len(names)} are declared; raise it"
        yield from gateway.problems(tenants)

    def objects(self, tenants: Sequence[TenantArgs], *, control_plane: str, mesh: Mesh) -> Iterator[dict[str, Any]]:
        """Yield the gateways with what they hold, all in their own namespace."""
        for name in _names(tenants):
            waypoint = Waypoint(
                name=name,
                taken_from=None if name == EGRESS else name,
                control_plane=control_plane,
                trust_domain=mesh.trust_domain,
                memory=self.memory,
            )
            # Before the proxies: nobody gets through one that knows no policy yet.
            yield _policy(f"{name}-deny-all", FULL_NAMESPACE, (_GATEWAY_GROUP, "Gateway", name), [])
            yield from waypoint.objects()
        yield from (limit(door) for door in gateway.doors(tenants))
        yield from _outside(tenants, mesh)


def of_api(door: Door, tenants: Sequence[TenantArgs], mesh: Mesh) -> list[dict[str, Any]]:
    """Return what lies in an API's own namespace: who may call it, and the Service, behind its gateway."""
    name, namespace = door.api.name, door.full_namespace
    rules = [
        {"from": [{"source": authorization_policy.source(door.tenant, each, mesh)}]}
        for each in gateway.callers(tenants, door)
    ]
    labels = {"istio.io/use-waypoint": namespace, "istio.io/use-waypoint-namespace": FULL_NAMESPACE}
    port = {
        "name": door.api.protocol.value,
        "port": door.api.port,
        "targetPort": door.api.port,
        "protocol": "TCP",
        "appProtocol": door.api.protocol.value,
    }
    return [
        _policy(f"api-{name}", namespace, ("", "Service", name), rules),
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": name, "namespace": namespace, "labels": labels},
            "spec": {"type": "ClusterIP", "selector": door.api.pods, "ports": [port]},
        },
    ]


def limit(door: Door) -> dict[str, Any]:
    """Return what makes the gateway count an API's requests, after it has judged who calls.

    The chain's name is that which istiod gives it: by its own name of the Service, whatever the cluster's domain is.
    """
    api = door.api
    chain = f"inbound-vip|{api.port}|http|{api.name}.{door.full_namespace}.svc.cluster.local"
    connection = {
        "name": "envoy.filters.network.http_connection_manager",
        "subFilter": {"name": "envoy.filters.http.router"},
    }
    patch = {
        "applyTo": "HTTP_FILTER",
        "match": {
            "context": "SIDECAR_INBOUND",
            "listener": {"name": "main_internal", "filterChain": {"name": chain, "filter": connection}},
        },
        "patch": {
            "operation": "INSERT_BEFORE",
            "value": {"name": "envoy.filters.http.local_ratelimit", "typed_config": _counted(api)},
        },
    }
    return {
        "apiVersion": "networking.istio.io/v1alpha3",
        "kind": "EnvoyFilter",
        "metadata": {"name": f"limit-{door.full_namespace}-{api.name}", "namespace": FULL_NAMESPACE},
        "spec": {
            "targetRefs": [{"group": _GATEWAY_GROUP, "kind": "Gateway", "name": door.full_namespace}],
            "configPatches": [patch],
        },
    }


def _counted(api: Api) -> dict[str, Any]:
    """Return the counter of one of a gateway's pods: its share of the limit, rounded down."""
    return {
        "@type": _LIMIT,
        "stat_prefix": "api_limit",
        "token_bucket": {
            "max_tokens": api.requests.most // REPLICAS,
            "tokens_per_fill": api.requests.rate // REPLICAS,
            "fill_interval": f"{api.requests.per.seconds}s",
        },
        "filter_enabled": _ALWAYS,
        "filter_enforced": _ALWAYS,
        **({"rate_limited_as_resource_exhausted": True} if api.protocol is ApiProtocol.GRPC else {}),
    }


def _names(tenants: Sequence[TenantArgs]) -> Iterator[str]:
    yield from dict.fromkeys(door.full_namespace for door in gateway.doors(tenants))
    if any(gateway.hosts(tenants)):
        yield EGRESS


def _outside(tenants: Sequence[TenantArgs], mesh: Mesh) -> Iterator[dict[str, Any]]:
    """Yield each host once, however many namespaces declare it: gateways know a host by its name alone."""
    found: dict[str, list[tuple[str, Host]]] = {}
    for tenant, namespace, host in gateway.hosts(tenants):
        found.setdefault(host.host, []).append((namespace_name(tenant, namespace), host))
    for name, asked in sorted(found.items()):
        ports = sorted({port for _, host in asked for port in host.ports})
        rules = [
            {
                "from": [{"source": {"principals": [mesh.principal(namespace, host.service_account)]}}],
                "to": [{"operation": {"ports": [str(port) for port in host.ports]}}],
            }
            for namespace, host in asked
        ]
        yield _policy(f"to-{short_digest(name)}", FULL_NAMESPACE, ("networking.istio.io", "ServiceEntry", name), rules)
        yield {
            "apiVersion": _NETWORKING,
            "kind": "ServiceEntry",
            "metadata": {"name": name, "namespace": FULL_NAMESPACE, "labels": {"istio.io/use-waypoint": EGRESS}},
            "spec": {
                "hosts": [name],
                "location": "MESH_EXTERNAL",
                "resolution": "DNS",
                "ports": [{"number": port, "name": f"tls-{port}", "protocol": "TLS"} for port in ports],
            },
        }


def _policy(name: str, namespace: str, target: tuple[str, str, str], rules: Sequence[Any]) -> dict[str, Any]:
    """Return what lets in at a gateway; an empty list of rules lets in nobody."""
    group, kind, target_name = target
    return {
        "apiVersion": authorization_policy.API_VERSION,
        "kind": authorization_policy.KIND,
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "targetRefs": [{"group": group, "kind": kind, "name": target_name}],
            "action": "ALLOW",
            "rules": list(rules),
        },
    }
