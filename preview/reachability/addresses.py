"""Networks of ipBlocks."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_MOST = {4: 2**31, 6: 2**125}
"""From how many addresses on a network counts as all there are; the global ones of IPv6 are 2000::/3."""


@dataclass(frozen=True)
class IpBlock:
    """A network without its exceptions."""

    cidr: str
    excepted: tuple[str, ...] = ()

    @cached_property
    def network(self) -> IpNetwork:
        """The network with its exceptions; host bits are ignored, as the API server ignores them."""
        return ipaddress.ip_network(self.cidr, strict=False)

    @cached_property
    def exceptions(self) -> Sequence[IpNetwork]:
        """What is cut out of it."""
        return [ipaddress.ip_network(text, strict=False) for text in self.excepted]

    def has(self, address: str) -> bool:
        """Return whether an address lies in it."""
        ip = ipaddress.ip_address(address)
        return ip in self.network and not any(ip in each for each in self.exceptions)

    def within(self, other: IpBlock) -> bool:
        """Return whether every address of it lies in another block; false where only sums of exceptions tell."""
        return inside(self.network, other.network) and all(
            any(inside(cut, own) for own in self.exceptions)
            for cut in other.exceptions
            if inside(cut, self.network) or inside(self.network, cut)
        )

    @cached_property
    def may_hold_pods(self) -> bool:
        """Whether a pod whose address nobody knows counts as inside: where all of a usual pod network is.

        Network plugins differ on whether an ipBlock matches pods at all; what may be open counts as open.
        """
        return any(each.within(self) for each in _POD_NETWORKS)

    def __str__(self) -> str:
        """Return the network and what is cut out of it."""
        return f"{self.cidr} except {', '.join(self.excepted)}" if self.excepted else self.cidr


_POD_NETWORKS = tuple(
    IpBlock(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)
"""Where clusters take pod addresses from."""


def inside(inner: IpNetwork, outer: IpNetwork) -> bool:
    """Return whether a whole network lies in another; one of IPv4 never lies in one of IPv6."""
    if isinstance(inner, ipaddress.IPv4Network):
        return isinstance(outer, ipaddress.IPv4Network) and inner.subnet_of(outer)
    return isinstance(outer, ipaddress.IPv6Network) and inner.subnet_of(outer)


def is_anywhere(blocks: Iterable[IpBlock]) -> bool:
    """Return whether the blocks make up half of IPv4 or all of global IPv6, however they are cut into pieces."""
    given = list(blocks)
    for version, most in _MOST.items():
        networks = _union(each.network for each in given if each.network.version == version)
        # Exceptions of one block may lie in another: counted so, too much is called anywhere rather than too little.
        cut = min((_union(each.exceptions) for each in given if each.network.version == version), default=0)
        if networks - cut >= most:
            return True
    return False


def _union(networks: Iterable[IpNetwork]) -> int:
    spans = sorted((int(each.network_address), int(each.broadcast_address)) for each in networks)
    size, end = 0, -1
    for first, last in spans:
        size += max(0, last - max(first - 1, end))
        end = max(end, last)
    return size
