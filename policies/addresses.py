"""Ranges of addresses as the clouds' controls judge them."""

import ipaddress

WIDEST = {4: 16, 6: 32}
"""The shortest prefix, by IP version, of a range that still names somebody: a wider one is most of the internet."""


def is_too_wide(text: str) -> bool:
    """Return whether a CIDR or an address is wider than `WIDEST`; what is neither counts as too wide.

    Private ranges never are: nobody on the internet has such an address.
    """
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return True
    return network.prefixlen < WIDEST[network.version] and not network.is_private
