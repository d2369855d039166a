"""What a namespace asks of the platform's certificates for the edge: the hosts by which it is called from outside."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from ..model import DNS_LABEL, DnsLabel, Settings

_INSIDE = frozenset({"arpa", "local", "localhost", "svc"})
"""Labels at the end of names that no DNS outside the cluster answers for."""
_ADDRESS = re.compile(r"[0-9.]+|.*:.*")


def outside_name(name: str) -> str:
    """Return a name that DNS outside the cluster answers for; raises `ValueError` with what to write instead."""
    if "*" in name:
        raise ValueError("the key of a wildcard is that of every host below it; name each host")
    if _ADDRESS.fullmatch(name):
        raise ValueError("an address is somebody else's tomorrow; name the host")
    labels = name.split(".")
    if not all(DNS_LABEL.fullmatch(each) for each in labels) or len(labels) < 2:
        raise ValueError("use a DNS name in lower case, such as shop.example.com")
    if labels[-1] in _INSIDE or "svc" in labels:
        raise ValueError("is a name inside the cluster, which certificates: are for")
    return name


OutsideName = Annotated[str, Field(max_length=253), AfterValidator(outside_name)]
"""A whole name outside the cluster, without a wildcard."""


class EdgeCertificate(Settings):
    """A certificate for hosts of the namespace's Ingresses and Gateways, from the platform's ACME server.

    It lies with its key in the Secret of the same name, which an Ingress or a Gateway names: `tls.crt` with its chain,
    `tls.key`. The server decides how long it lives; it is renewed on its own, with a new key, in the last third.
    """

    name: DnsLabel
    """Name of the certificate and of its Secret."""
    hosts: tuple[OutsideName, ...] = Field(min_length=1, max_length=25)
    """Hosts that it is for, each by its whole name in a zone of the platform. A host is one namespace's."""


def _differ(certificates: tuple[EdgeCertificate, ...]) -> tuple[EdgeCertificate, ...]:
    for what, names in (
        ("certificate", [each.name for each in certificates]),
        ("host", [host for each in certificates for host in each.hosts]),
    ):
        for name in sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"the {what} {name!r} stands twice; leave one out")
    return certificates


EdgeCertificates = Annotated[tuple[EdgeCertificate, ...], AfterValidator(_differ)]
"""Certificates of one namespace for the edge; each name and each host once."""
