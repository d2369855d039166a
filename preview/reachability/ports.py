"""Sets of ports: protocols with ranges of numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

FIRST, LAST = 1, 65535
PROTOCOLS = ("SCTP", "TCP", "UDP")

Range = tuple[str, int, int]
"""A protocol with the first and the last port number."""


@dataclass(frozen=True)
class Ports:
    """A set of ports, as sorted ranges that don't touch; two equal sets are equal objects."""

    ranges: tuple[Range, ...] = ()

    @classmethod
    def of(cls, ranges: Iterable[Range]) -> Ports:
        """Return the union of the ranges."""
        merged: list[Range] = []
        for protocol, first, last in sorted(ranges):
            if merged and merged[-1][0] == protocol and first <= merged[-1][2] + 1:
                merged[-1] = (protocol, merged[-1][1], max(merged[-1][2], last))
            else:
                merged.append((protocol, first, last))
        return cls(tuple(merged))

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __or__(self, other: Ports) -> Ports:
        if not other or self == other:
            return self
        return Ports.of((*self.ranges, *other.ranges)) if self else other

    def __and__(self, other: Ports) -> Ports:
        if self == other:
            return self
        common = (
            (protocol, max(first, begin), min(last, end))
            for protocol, first, last in self.ranges
            for other_protocol, begin, end in other.ranges
            if protocol == other_protocol
        )
        return Ports.of(each for each in common if each[1] <= each[2])

    def __sub__(self, other: Ports) -> Ports:
        left = list(self.ranges)
        for protocol, begin, end in other.ranges:
            left = [
                piece
                for each in left
                for piece in (_without(each, begin, end) if each[0] == protocol else [each])
                if piece[1] <= piece[2]
            ]
        return Ports.of(left)

    def has(self, protocol: str, port: int) -> bool:
        """Return whether the port is in the set."""
        return any(each == protocol and first <= port <= last for each, first, last in self.ranges)

    def __str__(self) -> str:
        """Return `TCP/80, UDP/5000-5010`, or `all`."""
        return "all" if self == ALL else ", ".join(_text(each) for each in self.ranges)


def _without(range_: Range, begin: int, end: int) -> list[Range]:
    protocol, first, last = range_
    return [(protocol, first, min(last, begin - 1)), (protocol, max(first, end + 1), last)]


def _text(range_: Range) -> str:
    protocol, first, last = range_
    if (first, last) == (FIRST, LAST):
        return protocol
    return f"{protocol}/{first}" if first == last else f"{protocol}/{first}-{last}"


ALL = Ports.of((protocol, FIRST, LAST) for protocol in PROTOCOLS)
"""Every port. A rule without ports opens every other protocol as well, such as ICMP."""
