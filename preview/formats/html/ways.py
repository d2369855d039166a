"""Who can talk to whom, from namespace to namespace, as a picture and a matrix show it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from preview.reachability.model import Difference, Direction, Endpoint, Link, Outside, Reachability, Surprise
from preview.reachability.policy import ports_text

_MOST = 16
"""Most namespaces that stay readable in a picture."""
_SHARED = 0.6
_FEWEST = 3
"""What this share of the namespaces reaches, and so many of them at least, is a shared service: it gets no lines."""
ANYWHERE = "anywhere"


class Kind(StrEnum):
    """What a way is, the better first."""

    OPEN = "open"
    UNKNOWN = "unknown"
    """Open or declared, and what decides about it is not known before the update."""
    SURPRISE = "surprise"
    """Open, and no tenant declares it."""
    MISSING = "missing"
    """Declared, and not open."""


class Pods(NamedTuple):
    """One end of a way: all pods of a namespace, or some of them."""

    namespace: str
    pods: str | None = None
    """Name of the endpoint; None for all pods of the namespace."""


class Network(NamedTuple):
    """The other end of a way that leaves the cluster, or comes in."""

    name: str
    inbound: bool


End = Pods | Network


@dataclass(kw_only=True)
class Ways:
    """What is open between the namespaces that are shown, and beyond the cluster."""

    namespaces: tuple[str, ...]
    """Those that are shown; where there are too many, those with the most to say."""
    left_out: int
    open: dict[tuple[End, End], dict[str, None]] = field(default_factory=dict[tuple[End, End], dict[str, None]])
    """Ports of each way, as an ordered set."""
    kinds: dict[tuple[End, End], Kind] = field(default_factory=dict[tuple[End, End], Kind])
    shared: dict[str, tuple[int, str]] = field(default_factory=dict[str, tuple[int, str]])
    """What so many namespaces reach, with its ports, instead of a way from each."""

    def add(self, source: End, target: End, ports: str, kind: Kind) -> None:
        """Add a way; ports of one that is there already are joined, and the worse kind stays."""
        self.open.setdefault((source, target), {})["every port" if ports == "all" else ports] = None
        self.kinds[source, target] = worse(self.kinds.get((source, target), Kind.OPEN), kind)


def worse(one: Kind, other: Kind) -> Kind:
    """Return the kind that a reader must not miss; of two differences the first."""
    ranks = (Kind.OPEN, Kind.UNKNOWN)
    return one if one not in ranks or (other in ranks and ranks.index(one) > ranks.index(other)) else other


def of(found: Reachability) -> Ways:
    """Return the ways between namespaces, at most as many namespaces as can be read."""
    return _Builder(found).built()


class _Builder:
    def __init__(self, found: Reachability) -> None:
        self._found = found
        self._members: dict[str, list[Endpoint]] = {}
        for each in found.endpoints:
            self._members.setdefault(each.namespace, []).append(each)
        chosen = self._chosen()
        self._ways = Ways(namespaces=chosen, left_out=len(self._members) - len(chosen))
        self._surprising = self._pairs(found.surprises, Difference.NOT_DECLARED)
        self._unsure = self._pairs(found.doubts, Difference.MAY_BE_OPEN)

    def built(self) -> Ways:
        inside, beyond = self._shared_endpoints(), self._shared_networks()
        for link in self._found.links:
            self._add_link(link, inside)
        for outside in self._found.outside:
            if (_network(outside).name, ports_text(outside.ports)) not in beyond:
                self._add_outside(outside)
        for exposure in self._found.exposures:
            door = Network(f"{exposure.kind} {exposure.resource.name}", inbound=True)
            behind = (
                self._ends(exposure.backends) if exposure.backends else map(Pods, self._shown([exposure.namespace]))
            )
            for end in () if exposure.closed else behind:
                self._ways.add(door, end, "exposed", Kind.OPEN)
        self._add_missing()
        return self._ways

    def _chosen(self) -> tuple[str, ...]:
        """Return the namespaces with the most to say, in the order of the whole."""
        if len(self._members) <= _MOST:
            return tuple(self._members)
        weight = dict.fromkeys(self._members, 0)
        for each in (*self._found.surprises, *self._found.doubts):
            _weigh(weight, (*each.source_namespaces, *each.target_namespaces), 1000)
        for each in self._found.exposures:
            _weigh(weight, [each.namespace], 100)
        for each in self._found.outside:
            _weigh(weight, {one.namespace for one in each.endpoints}, 10 if each.anywhere else 1)
        for each in self._found.links:
            _weigh(weight, {one.namespace for one in (*each.sources, *each.targets)}, 1)
        heaviest = set(sorted(weight, key=lambda name: -weight[name])[:_MOST])
        return tuple(name for name in self._members if name in heaviest)

    def _is_shared(self, sources: Collection[str]) -> bool:
        ours = {each.namespace for each in self._found.endpoints if each.recorded}
        return len(sources) >= max(_FEWEST, _SHARED * len(ours))

    def _shared_endpoints(self) -> Collection[Endpoint]:
        """Find what most namespaces reach, such as DNS: a line from each of them would hide all others."""
        sources: dict[Endpoint, dict[str, set[str]]] = {}
        for link in self._found.links:
            names = {each.namespace for each in link.sources}
            for target in link.targets:
                sources.setdefault(target, {}).setdefault(str(link.ports), set()).update(names)
        shared: set[Endpoint] = set()
        for target, by_ports in sources.items():
            names = {name for each in by_ports.values() for name in each} - {target.namespace}
            if self._is_shared(names):
                shared.add(target)
                self._ways.shared[str(target)] = (len(names), ", ".join(by_ports))
        return shared

    def _shared_networks(self) -> Collection[tuple[str, str]]:
        shared: set[tuple[str, str]] = set()
        for each in self._found.outside:
            names = {one.namespace for one in each.endpoints}
            network, ports = _network(each), ports_text(each.ports)
            plain = all(self._kind(name, network.name) is Kind.OPEN for name in names)
            if each.direction is Direction.EGRESS and plain and self._is_shared(names):
                shared.add((network.name, ports))
                self._ways.shared[network.name] = (len(names), ports)
        return shared

    def _add_link(self, link: Link, shared: Collection[Endpoint]) -> None:
        targets = self._ends([each for each in link.targets if each not in shared])
        for source in self._ends(link.sources) if targets else ():
            for target in targets:
                self._ways.add(source, target, str(link.ports), self._kind(source.namespace, target.namespace))

    def _add_outside(self, outside: Outside) -> None:
        network = _network(outside)
        for end in self._ends(outside.endpoints):
            ends: tuple[End, End] = (network, end) if network.inbound else (end, network)
            names = (network.name, end.namespace) if network.inbound else (end.namespace, network.name)
            self._ways.add(*ends, ports_text(outside.ports), self._kind(*names))

    def _add_missing(self) -> None:
        kinds = {Difference.NOT_OPEN: Kind.MISSING, Difference.MAY_BE_CLOSED: Kind.UNKNOWN}
        for each in (*self._found.surprises, *self._found.doubts):
            if each.difference in kinds:
                for source in self._shown(each.source_namespaces):
                    for target in self._shown(each.target_namespaces):
                        self._ways.add(Pods(source), Pods(target), each.ports, kinds[each.difference])

    def _pairs(self, found: Sequence[Surprise], difference: Difference) -> Collection[tuple[str, str]]:
        return {
            (source, target)
            for each in found
            if each.difference is difference
            for source in self._shown(each.source_namespaces) or (each.source,)
            for target in self._shown(each.target_namespaces) or (each.target,)
        }

    def _kind(self, source: str, target: str) -> Kind:
        if (source, target) in self._surprising:
            return Kind.SURPRISE
        return Kind.UNKNOWN if (source, target) in self._unsure else Kind.OPEN

    def _shown(self, namespaces: Sequence[str]) -> list[str]:
        return [each for each in namespaces if each in self._ways.namespaces]

    def _ends(self, endpoints: Sequence[Endpoint]) -> list[Pods]:
        """Return the ends in the namespaces that are shown; all pods of a namespace together are one end."""
        by_namespace: dict[str, list[Endpoint]] = {}
        for each in endpoints:
            if each.namespace in self._ways.namespaces:
                by_namespace.setdefault(each.namespace, []).append(each)
        return list(self._ends_in(by_namespace))

    def _ends_in(self, by_namespace: Mapping[str, Sequence[Endpoint]]) -> Iterator[Pods]:
        for namespace, group in by_namespace.items():
            if 1 < len(group) == len(self._members[namespace]):
                yield Pods(namespace)
            else:
                yield from (Pods(namespace, each.name) for each in group)


def _weigh(weight: dict[str, int], names: Collection[str], more: int) -> None:
    for name in names:
        if name in weight:
            weight[name] += more


def _network(outside: Outside) -> Network:
    name = ANYWHERE if outside.network is None else str(outside.network)
    return Network(name, inbound=outside.direction is Direction.INGRESS)
