"""Addresses outside the cluster that pods reach, or that reach pods."""

from __future__ import annotations

from collections.abc import Iterator

from .addresses import IpBlock, is_anywhere
from .model import Direction, Endpoint, Outside
from .policy import PortSet
from .sides import Side, Sides


def of(sides: Sides) -> tuple[Outside, ...]:
    """Return what is open to the outside, endpoints with the same answer together.

    Endpoints on the host network are not among them: they have every address that their node has.
    """
    grouped: dict[tuple[Direction, IpBlock | None, PortSet, bool], list[Endpoint]] = {}
    for direction, group in ((Direction.INGRESS, sides.ingress), (Direction.EGRESS, sides.egress)):
        for endpoint, side in zip(sides.endpoints, group, strict=True):
            if endpoint.recorded and not endpoint.host_network:
                for network, ports, anywhere in _networks(side):
                    grouped.setdefault((direction, network, ports, anywhere), []).append(endpoint)
    return tuple(
        Outside(direction=direction, endpoints=tuple(group), network=network, ports=ports, anywhere=anywhere)
        for (direction, network, ports, anywhere), group in grouped.items()
    )


def _networks(side: Side) -> Iterator[tuple[IpBlock | None, PortSet, bool]]:
    if side.everyone:
        yield None, side.everyone, True
    together: dict[PortSet, list[IpBlock]] = {}
    for block, ports in side.blocks.items():
        together.setdefault(ports, []).append(block)
    for ports, blocks in together.items():
        anywhere = is_anywhere(blocks)
        for block in blocks:
            yield block, ports, anywhere
