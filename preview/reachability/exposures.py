"""What can be reached from outside the cluster, by Services, Ingresses, Gateways and the nodes' own ports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from policies.model import Resource
from preview.objects import as_list, as_mapping, is_known, name_of, namespace_of, plain

from .model import Endpoint, Exposure
from .policy import resolved
from .ports import ALL, Ports
from .recorded import TEMPLATES, host_ports
from .selectors import Selector
from .sides import Side, Sides

_ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
_Ref = tuple[str, str]
"""Namespace and name of a Service."""


def of(resources: Sequence[Resource], sides: Sides) -> tuple[Exposure, ...]:
    """Return everything that listens for the outside, with the pods behind it as far as they are named.

    A load balancer that its annotations keep inside the cloud's network counts: the clouds' words differ,
    and a network of the cloud is outside the cluster. ExternalName Services expose nothing.
    """
    return tuple(_Exposures(resources, sides).found())


class _Exposures:
    def __init__(self, resources: Sequence[Resource], sides: Sides) -> None:
        self._sides = sides
        self._by_kind: dict[str, list[Resource]] = {}
        for resource in resources:
            if resource.type.startswith("kubernetes:"):
                self._by_kind.setdefault(resource.type.rsplit(":", 1)[-1], []).append(resource)
        self._indexes: dict[str, list[int]] = {}
        for index, endpoint in enumerate(sides.endpoints):
            self._indexes.setdefault(endpoint.namespace, []).append(index)
        self._services = {(namespace_of(each), name_of(each)): each for each in self._by_kind.get("Service", ())}

    def found(self) -> Iterator[Exposure]:
        for service in self._services.values():
            for kind in _service_kinds(plain(service, "spec")):
                yield self._exposure(kind, service, self._behind(service), _target_ports(service), from_outside=True)
        for ingress in self._by_kind.get("Ingress", ()):
            yield self._routed("Ingress", ingress, _ingress_services(ingress))
        routes = [route for kind in _ROUTES for route in self._by_kind.get(kind, ())]
        for gateway in self._by_kind.get("Gateway", ()):
            served = [ref for route in routes if _is_parent(gateway, route) for ref in _route_services(route)]
            yield self._routed("Gateway", gateway, served)
        for kind, path in TEMPLATES.items():
            for workload in self._by_kind.get(kind, ()):
                yield from self._on_node(kind, workload, plain(workload, *path, "spec"))

    def _on_node(self, kind: str, workload: Resource, spec: Mapping[str, Any]) -> Iterator[Exposure]:
        wanted = f"{kind}/{name_of(workload)}"
        pods = [
            index
            for index in self._indexes.get(namespace_of(workload), ())
            if wanted in self._sides.endpoints[index].name.split(", ")
        ]
        if spec.get("hostNetwork") is True:
            yield self._exposure("HostNetwork", workload, pods, ALL, from_outside=True)
        elif is_known(spec.get("containers")) and host_ports(spec):
            yield self._exposure("HostPort", workload, pods, ALL, from_outside=True)

    def _routed(self, kind: str, resource: Resource, services: Sequence[_Ref]) -> Exposure:
        known = [self._services[ref] for ref in dict.fromkeys(services) if ref in self._services]
        pods = [index for service in known for index in self._behind(service)]
        # The controller stands between, inside the cluster or outside: any open way in will do.
        return self._exposure(kind, resource, list(dict.fromkeys(pods)), ALL, from_outside=False)

    def _behind(self, service: Resource) -> list[int]:
        selector = plain(service, "spec").get("selector")
        if not selector or not is_known(selector):
            return []
        wanted, endpoints = Selector.of({"matchLabels": selector}), self._sides.endpoints
        found = self._indexes.get(namespace_of(service), ())
        return [index for index in found if wanted.matches(dict(endpoints[index].labels))]

    def _exposure(
        self, kind: str, resource: Resource, pods: Sequence[int], ports: Ports, *, from_outside: bool
    ) -> Exposure:
        open_ = any(
            _accepts(self._sides.ingress[index], self._sides.endpoints[index], ports, from_outside) for index in pods
        )
        return Exposure(
            kind=kind,
            resource=resource,
            namespace=namespace_of(resource),
            backends=tuple(self._sides.endpoints[index] for index in pods),
            closed=bool(pods) and not open_,
        )


def _accepts(side: Side, endpoint: Endpoint, ports: Ports, from_outside: bool) -> bool:  # noqa: FBT001 - by position from one place
    given = [side.everyone, *side.blocks.values()]
    if not from_outside:
        given += [side.every_pod, *side.some.values()]
    return any(resolved(each, endpoint.named_ports) & ports for each in given)


def _service_kinds(spec: Mapping[str, Any]) -> Iterator[str]:
    if spec.get("type") in ("LoadBalancer", "NodePort"):
        yield str(spec["type"])
    if spec.get("externalIPs"):
        yield "ExternalIP"


def _target_ports(service: Resource) -> Ports:
    """Return the ports of the pods behind a Service; all of them where a name or an unknown stands for one."""
    ports: Any = plain(service, "spec").get("ports")
    if not ports or not is_known(ports):
        return ALL
    targets: list[tuple[str, Any]] = [
        (each.get("protocol") or "TCP", each.get("targetPort") or each["port"]) for each in as_list(ports)
    ]
    if not all(str(port).isdecimal() for _, port in targets):
        return ALL
    return Ports.of((protocol, int(port), int(port)) for protocol, port in targets)


def _ingress_services(ingress: Resource) -> list[_Ref]:
    spec = plain(ingress, "spec")
    if not is_known(spec):
        return []
    rules = [as_mapping(rule.get("http")) for rule in as_list(spec.get("rules"))]
    paths = [path for http in rules for path in as_list(http.get("paths"))]
    backends = [spec.get("defaultBackend"), *(path["backend"] for path in paths)]
    services = [as_mapping(each).get("service") for each in backends]
    return [(namespace_of(ingress), each["name"]) for each in services if each]


def _route_services(route: Resource) -> list[_Ref]:
    spec = plain(route, "spec")
    if not is_known(spec):
        return []
    refs = [ref for rule in as_list(spec.get("rules")) for ref in as_list(rule.get("backendRefs"))]
    return [
        (ref.get("namespace") or namespace_of(route), ref["name"])
        for ref in refs
        if (ref.get("kind") or "Service") == "Service"
    ]


def _is_parent(gateway: Resource, route: Resource) -> bool:
    parents = plain(route, "spec").get("parentRefs")
    if not is_known(parents):
        return False
    return any(
        (each.get("namespace") or namespace_of(route), each.get("name")) == (namespace_of(gateway), name_of(gateway))
        for each in as_list(parents)
    )
