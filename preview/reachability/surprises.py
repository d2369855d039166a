"""Where NetworkPolicies open more, or less, than the tenants declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .addresses import IpBlock
from .intents import Declared, End, Intents
from .matrix import Matrix
from .model import Difference, Direction, Endpoint, Link, Outside, Surprise
from .policy import resolved
from .ports import Ports
from .sides import Sides

_Place = End | IpBlock | Endpoint | Sequence[Endpoint] | str
_Pairs = Mapping[tuple[str, str], Sequence[tuple[End, End, Ports]]]


def not_declared(intents: Intents, links: Sequence[Link], outside: Sequence[Outside]) -> Iterator[Surprise]:
    """Yield what is open without being declared, as far as a namespace of a tenant is concerned."""
    yield from _not_declared_inside(intents, links)
    yield from _not_declared_outside(intents, outside)


def not_open(intents: Intents, matrix: Matrix) -> Iterator[Surprise]:
    """Yield what is declared without being open."""
    sides = matrix.sides
    by_namespace: dict[str, list[int]] = {}
    for index, each in enumerate(sides.endpoints):
        by_namespace.setdefault(each.namespace, []).append(index)
    for flow in intents.flows:
        pods: list[list[int]] = []
        for end in (flow.source, flow.target):
            if isinstance(end, End):
                pods.append([each for each in by_namespace.get(end.namespace, ()) if end.has(sides.endpoints[each])])
                if not pods[-1] and end.namespace in intents.namespaces:
                    yield _surprise(Difference.NO_POD, flow.source, flow.target, flow.ports)
        if isinstance(flow.target, IpBlock):
            yield from _lacking_outside(flow, sides, Direction.EGRESS, flow.target, pods[0])
        elif isinstance(flow.source, IpBlock):
            yield from _lacking_outside(flow, sides, Direction.INGRESS, flow.source, pods[0])
        else:
            yield from _lacking(flow, matrix, pods[0], pods[1])


def _lacking(flow: Declared, matrix: Matrix, sources: Sequence[int], targets: Sequence[int]) -> Iterator[Surprise]:
    for source in sources:
        for target in targets:
            if lacking := flow.ports - matrix.ports(source, target):
                ends = matrix.sides.endpoints[source], matrix.sides.endpoints[target]
                yield _surprise(Difference.NOT_OPEN, *ends, lacking)


def _lacking_outside(
    flow: Declared, sides: Sides, direction: Direction, block: IpBlock, pods: Sequence[int]
) -> Iterator[Surprise]:
    for index in pods:
        side = (sides.egress if direction is Direction.EGRESS else sides.ingress)[index]
        lacking = flow.ports - resolved(side.everyone)
        for each, ports in side.blocks.items():
            if block.within(each):
                lacking -= resolved(ports)
        if lacking:
            endpoint = sides.endpoints[index]
            ends = (endpoint, block) if direction is Direction.EGRESS else (block, endpoint)
            yield _surprise(Difference.NOT_OPEN, *ends, lacking)


def _not_declared_inside(intents: Intents, links: Sequence[Link]) -> Iterator[Surprise]:
    declared: dict[tuple[str, str], list[tuple[End, End, Ports]]] = {}
    for flow in intents.flows:
        if isinstance(flow.source, End) and isinstance(flow.target, End):
            ends = (flow.source, flow.target)
            declared.setdefault((flow.source.namespace, flow.target.namespace), []).append((*ends, flow.ports))
    for link in links:
        for sources, targets in _concerned(intents, link):
            if extra := _undeclared(declared, sources, targets, link.ports):
                yield _surprise(Difference.NOT_DECLARED, sources, targets, extra)


def _concerned(intents: Intents, link: Link) -> Iterator[tuple[tuple[Endpoint, ...], tuple[Endpoint, ...]]]:
    """Yield the parts of a link that touch a tenant's namespace."""
    own = tuple(each for each in link.sources if each.namespace in intents.namespaces)
    others = tuple(each for each in link.sources if each.namespace not in intents.namespaces)
    own_targets = tuple(each for each in link.targets if each.namespace in intents.namespaces)
    if own:
        yield own, link.targets
    if others and own_targets:
        yield others, own_targets


def _undeclared(declared: _Pairs, sources: Sequence[Endpoint], targets: Sequence[Endpoint], ports: Ports) -> Ports:
    """Return what is open without being declared, at the first pair where anything is."""
    for source in sources:
        for target in targets:
            extra = ports
            for start, end, ports_declared in declared.get((source.namespace, target.namespace), ()):
                if start.has(source) and end.has(target):
                    extra -= ports_declared
            if extra:
                return extra
    return Ports()


def _not_declared_outside(intents: Intents, outside: Sequence[Outside]) -> Iterator[Surprise]:
    declared = _declared_outside(intents)
    for each in outside:
        extra: dict[Ports, list[Endpoint]] = {}
        for endpoint in each.endpoints:
            if endpoint.namespace in intents.namespaces:
                left = resolved(each.ports)
                for end, block, ports in declared.get((each.direction, endpoint.namespace), ()):
                    if each.network is not None and end.has(endpoint) and each.network.within(block):
                        left -= ports
                if left:
                    extra.setdefault(left, []).append(endpoint)
        for ports, endpoints in extra.items():
            network = each.network or "anywhere"
            ends = (endpoints, network) if each.direction is Direction.EGRESS else (network, endpoints)
            yield _surprise(Difference.NOT_DECLARED, *ends, ports)


def _declared_outside(intents: Intents) -> Mapping[tuple[Direction, str], Sequence[tuple[End, IpBlock, Ports]]]:
    declared: dict[tuple[Direction, str], list[tuple[End, IpBlock, Ports]]] = {}
    for flow in intents.flows:
        if isinstance(flow.source, End) and isinstance(flow.target, IpBlock):
            key = (Direction.EGRESS, flow.source.namespace)
            declared.setdefault(key, []).append((flow.source, flow.target, flow.ports))
        elif isinstance(flow.source, IpBlock) and isinstance(flow.target, End):
            key = (Direction.INGRESS, flow.target.namespace)
            declared.setdefault(key, []).append((flow.target, flow.source, flow.ports))
    return declared


def _surprise(difference: Difference, source: _Place, target: _Place, ports: Ports) -> Surprise:
    return Surprise(
        difference=difference,
        source=_named(source),
        target=_named(target),
        ports=str(ports),
        source_namespaces=_namespaces(source),
        target_namespaces=_namespaces(target),
    )


def _named(place: _Place) -> str:
    if isinstance(place, End | Endpoint | IpBlock | str):
        return str(place)
    return str(place[0]) if len(place) == 1 else f"{place[0]} and {len(place) - 1} more"


def _namespaces(place: _Place) -> tuple[str, ...]:
    if isinstance(place, IpBlock | str):
        return ()
    pods = (place,) if isinstance(place, End | Endpoint) else place
    return tuple(dict.fromkeys(each.namespace for each in pods))
