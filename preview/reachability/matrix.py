"""Who can talk to whom inside the cluster: both ends must allow it."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from .model import Endpoint, Link
from .policy import NamedPorts, PortSet, resolved
from .ports import Ports
from .sides import Side, Sides

_Group = tuple[PortSet, PortSet, PortSet, bool, bool, NamedPorts]


class Matrix:
    """Answers for pairs, and lists all that is open in time that grows with what is open, not with its square."""

    def __init__(self, sides: Sides) -> None:
        self.sides = sides
        self._resolved = functools.cache(resolved)

    def ports(self, source: int, target: int) -> Ports:
        """Return the ports on which a pod of the source can open connections to another pod of the target."""
        out, into = self.sides.egress[source], self.sides.ingress[target]
        return self._both(source, target, out.some.get(target), into.some.get(source))

    def _both(self, source: int, target: int, out_also: PortSet | None, into_also: PortSet | None) -> Ports:
        start, end = self.sides.endpoints[source], self.sides.endpoints[target]
        out = self.sides.egress[source].common(end) | (out_also or frozenset())
        into = self.sides.ingress[target].common(start) | (into_also or frozenset())
        return self._resolved(out, end.named_ports) & self._resolved(into, end.named_ports)

    def links(self) -> tuple[Link, ...]:
        """Return all that is open: first whole groups, then what single endpoints have beyond these."""
        return (*self._group_links(), *self._single_links())

    def _group_links(self) -> Iterator[Link]:
        named = any(port.name for side in self.sides.egress for port in side.everyone | side.every_pod)
        sources = self._groups(self.sides.egress, named=False)
        targets = self._groups(self.sides.ingress, named=named)
        for group in sources.values():
            for other in targets.values():
                if ports := self._both(group[0], other[0], None, None):
                    yield Link(sources=self._of(group), targets=self._of(other), ports=ports)

    def _groups(self, sides: list[Side], *, named: bool) -> dict[_Group, list[int]]:
        """Return the endpoints that the short forms can't tell apart.

        What is beyond what was recorded has no policies that we know, so it is in no group.
        """
        groups: dict[_Group, list[int]] = {}
        for index, (side, each) in enumerate(zip(sides, self.sides.endpoints, strict=True)):
            asked = any(port.name for port in side.everyone | side.every_pod | side.unaddressed)
            ports = each.named_ports if named or asked else ()
            if each.recorded:
                key = (side.everyone, side.every_pod, side.unaddressed, each.host_network, bool(each.addresses), ports)
                groups.setdefault(key, []).append(index)
        return groups

    def _single_links(self) -> Iterator[Link]:
        pairs = dict.fromkeys((source, target) for source, side in enumerate(self.sides.egress) for target in side.some)
        pairs.update(
            dict.fromkeys((source, target) for target, side in enumerate(self.sides.ingress) for source in side.some)
        )
        sources: dict[tuple[int, Ports], list[int]] = {}
        for source, target in pairs:
            ports = self.ports(source, target)
            if ports and (not self._recorded(source, target) or ports != self._both(source, target, None, None)):
                sources.setdefault((target, ports), []).append(source)
        targets: dict[tuple[tuple[int, ...], Ports], list[int]] = {}
        for (target, ports), found in sources.items():
            targets.setdefault((tuple(found), ports), []).append(target)
        for (found, ports), group in targets.items():
            yield Link(sources=self._of(found), targets=self._of(group), ports=ports)

    def _recorded(self, source: int, target: int) -> bool:
        return self.sides.endpoints[source].recorded and self.sides.endpoints[target].recorded

    def _of(self, indexes: tuple[int, ...] | list[int]) -> tuple[Endpoint, ...]:
        return tuple(self.sides.endpoints[index] for index in indexes)
