"""Who can talk to whom, in few lines for a person and as plain data for a program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from preview.plain_text import counted

from .model import Direction, Endpoint, Exposure, Link, Outside, Reachability, Surprise
from .policy import ports_text

_LONGEST = 25
"""Most lines of each part that a person is shown."""
_FEW = 3
"""Most endpoints that are named in one line."""


def lines(found: Reachability) -> Iterator[str]:
    """Yield the report line by line; nothing where there are neither pods nor anything exposed."""
    if found.endpoints:
        doubts = f", {len(found.doubts)} not known" if found.doubts else ""
        pods = counted(len(found.endpoints), "kind of pods", "kinds of pods")
        yield f"reachability: {pods}, {counted(len(found.surprises), 'surprise')}{doubts}"
    yield from _part(
        [f"surprise: {each.difference}: {each.source} -> {each.target} {each.ports}" for each in found.surprises]
    )
    yield from _part(
        [f"unknown: {each.difference}: {each.source} -> {each.target} {each.ports}" for each in found.doubts]
    )
    yield from _part([f"exposed: {_exposure(each)}" for each in found.exposures])
    yield from _part([f"outside: {_outside(each)}" for each in found.outside])
    yield from _part([f"open: {_link(each)}" for each in found.links])
    yield from _part([f"not known before the update: {key}" for key in found.not_known])


def as_json(found: Reachability) -> dict[str, Any]:
    """Return the whole as JSON values; links and networks name endpoints by their number."""
    number = {each: index for index, each in enumerate(found.endpoints)}
    return {
        "endpoints": [
            {
                "namespace": each.namespace,
                "name": each.name,
                "labels": dict(each.labels),
                "hostNetwork": each.host_network,
                "recorded": each.recorded,
            }
            for each in found.endpoints
        ],
        "links": [
            {
                "sources": [number[endpoint] for endpoint in each.sources],
                "targets": [number[endpoint] for endpoint in each.targets],
                "ports": str(each.ports),
            }
            for each in found.links
        ],
        "outside": [
            {
                "direction": each.direction,
                "endpoints": [number[endpoint] for endpoint in each.endpoints],
                "network": None if each.network is None else str(each.network),
                "ports": ports_text(each.ports),
                "anywhere": each.anywhere,
            }
            for each in found.outside
        ],
        "surprises": [*map(_surprise, found.surprises)],
        "doubts": [*map(_surprise, found.doubts)],
        "exposures": [
            {
                "kind": each.kind,
                "resource": each.resource.urn,
                "namespace": each.namespace,
                "backends": [number[endpoint] for endpoint in each.backends],
                "closed": each.closed,
            }
            for each in found.exposures
        ],
        "notKnown": list(found.not_known),
    }


def _surprise(surprise: Surprise) -> dict[str, str]:
    return {
        "difference": surprise.difference,
        "source": surprise.source,
        "target": surprise.target,
        "ports": surprise.ports,
    }


def _part(all_lines: Sequence[str]) -> Iterator[str]:
    yield from (f"  {each}" for each in all_lines[:_LONGEST])
    if len(all_lines) > _LONGEST:
        yield f"  ... {len(all_lines) - _LONGEST} more like this; --format json has them all"


def _link(link: Link) -> str:
    return f"{named(link.sources)} -> {named(link.targets)} {link.ports}"


def _outside(outside: Outside) -> str:
    network = "anywhere" if outside.network is None else str(outside.network)
    if outside.network is not None and outside.anywhere:
        network += " (part of nearly everything)"
    pods, ports = named(outside.endpoints), ports_text(outside.ports)
    ends = (pods, network) if outside.direction is Direction.EGRESS else (network, pods)
    return f"{ends[0]} -> {ends[1]} {ports}"


def _exposure(exposure: Exposure) -> str:
    behind = f" to {named(exposure.backends)}" if exposure.backends else ""
    shut = ", held shut by NetworkPolicies" if exposure.closed else ""
    return f"{exposure.kind} {exposure.resource.key}{behind}{shut}"


def named(endpoints: Sequence[Endpoint]) -> str:
    """Return the first few endpoints and how many more there are."""
    shown = ", ".join(str(each) for each in endpoints[:_FEW])
    return shown if len(endpoints) <= _FEW else f"{shown} and {len(endpoints) - _FEW} more"
