"""Which ways a change opens between pods and to the outside, and which it closes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from preview.reachability import Reachability
from preview.reachability.addresses import IpBlock
from preview.reachability.model import Direction, Link
from preview.reachability.policy import resolved
from preview.reachability.ports import Ports

from .model import Flow

_FEW = 3
"""Most ends that are named in one line."""
_ANYWHERE = "anywhere"


def compare(before: Reachability, after: Reachability) -> tuple[tuple[Flow, ...], tuple[Flow, ...]]:
    """Return what opened and what closed; pods are the same where namespace and workload are."""
    inside_opened, inside_closed = _inside(before.links, after.links)
    return (
        (*_exposed(before, after), *_outside(before, after), *inside_opened),
        (*_exposed(after, before), *_outside(after, before), *inside_closed),
    )


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where an endpoint stands in a link; endpoints that stand in the same places can't be told apart."""

    later: bool
    source: bool
    link: int


def _inside(before: Sequence[Link], after: Sequence[Link]) -> tuple[list[Flow], list[Flow]]:
    """Compare links without comparing pair by pair: of a thousand equal namespaces one stands for all.

    A pair may stand in several links, so the ports of all links that hold it are put together first.
    """
    if list(before) == list(after):
        return [], []
    links = [(False, link) for link in before] + [(True, link) for link in after]
    places: dict[str, list[_Place]] = {}
    for number, (later, link) in enumerate(links):
        for source, ends in ((True, link.sources), (False, link.targets)):
            for end in ends:
                places.setdefault(str(end), []).append(_Place(later=later, source=source, link=number))
    groups: dict[tuple[_Place, ...], list[str]] = {}
    for end, where in places.items():
        groups.setdefault(tuple(where), []).append(end)
    ports = _ports(links, groups)
    names = [_named(sorted(group)) for group in groups.values()]
    opened: list[Flow] = []
    closed: list[Flow] = []
    for (source, target), (old, new) in ports.items():
        for flows, difference in ((opened, new - old), (closed, old - new)):
            if difference:
                flows.append(Flow(source=names[source], target=names[target], ports=str(difference)))
    return opened, closed


def _ports(
    links: Sequence[tuple[bool, Link]], groups: Mapping[tuple[_Place, ...], object]
) -> dict[tuple[int, int], tuple[Ports, Ports]]:
    """Return the ports before and after between every two groups, by their numbers, that a link connects."""
    sources: list[list[int]] = [[] for _ in links]
    targets: list[list[int]] = [[] for _ in links]
    for group, where in enumerate(groups):
        for place in where:
            (sources if place.source else targets)[place.link].append(group)
    found: dict[tuple[int, int], tuple[Ports, Ports]] = {}
    for number, (later, link) in enumerate(links):
        for source in sources[number]:
            for target in targets[number]:
                old, new = found.get((source, target), (Ports(), Ports()))
                found[source, target] = (old, new | link.ports) if later else (old | link.ports, new)
    return found


def _outside(before: Reachability, after: Reachability) -> Iterator[Flow]:
    """Yield what is open to the outside later and was not before, pods with the same answer together."""
    known = _by_endpoint(before)
    opened: dict[tuple[Direction, str, Ports], list[str]] = {}
    for each in after.outside:
        for endpoint in map(str, each.endpoints):
            left = resolved(each.ports)
            for network, ports in known.get((each.direction, endpoint), ()):
                if network is None or (each.network is not None and each.network.within(network)):
                    left -= ports
            if left:
                network = _ANYWHERE if each.network is None else str(each.network)
                opened.setdefault((each.direction, network, left), []).append(endpoint)
    for (direction, network, ports), endpoints in opened.items():
        pods = _named(endpoints)
        source, target = (pods, network) if direction is Direction.EGRESS else (network, pods)
        yield Flow(source=source, target=target, ports=str(ports))


def _by_endpoint(found: Reachability) -> dict[tuple[Direction, str], list[tuple[IpBlock | None, Ports]]]:
    known: dict[tuple[Direction, str], list[tuple[IpBlock | None, Ports]]] = {}
    for each in found.outside:
        for endpoint in each.endpoints:
            known.setdefault((each.direction, str(endpoint)), []).append((each.network, resolved(each.ports)))
    return known


def _exposed(before: Reachability, after: Reachability) -> Iterator[Flow]:
    """Yield what is exposed later and was not before; what NetworkPolicies hold shut is not."""
    known = {(each.kind, each.resource.urn) for each in before.exposures if not each.closed}
    for each in after.exposures:
        if not each.closed and (each.kind, each.resource.urn) not in known:
            behind = _named([str(end) for end in each.backends]) or each.namespace
            yield Flow(source=f"outside by {each.kind} {each.resource.name}", target=behind, ports="")


def _named(ends: Iterable[str]) -> str:
    names = list(ends)
    shown = ", ".join(names[:_FEW])
    return shown if len(names) <= _FEW else f"{shown} and {len(names) - _FEW} more"
