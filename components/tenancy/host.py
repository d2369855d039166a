"""A host outside the cluster that a namespace's pods reach through the mesh's egress gateway, and nowhere else."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from ..model import DNS_LABEL, Settings
from .intent import Labels, ServiceAccount

_METADATA = frozenset({"metadata.google.internal", "instance-data.ec2.internal"})
"""Names of what hands out machine credentials."""
_INSIDE = frozenset({"arpa", "internal", "lan", "local", "localhost", "svc"})
"""Last labels of names that stay inside a cluster or a network."""
_ADDRESS = re.compile(r"[0-9.]+|.*:.*|0x[0-9a-f.x]+")
"""What a resolver takes as an address: four numbers, one, hexadecimal ones, and all of IPv6."""


def _whole_name(name: str) -> str:
    if "*" in name:
        raise ValueError("a wildcard opens every name below it; name each host")
    if _ADDRESS.fullmatch(name):
        raise ValueError("an address is no host; name the host, or declare a flow to its cidr")
    if name in _METADATA:
        raise ValueError("hands out machine credentials, which no workload reaches; leave it out")
    labels = name.split(".")
    if not all(len(each) <= 63 and DNS_LABEL.fullmatch(each) for each in labels):
        raise ValueError("use a DNS name in lower case, such as api.example.com")
    if len(labels) < 2 or labels[-1] in _INSIDE:
        raise ValueError("is a name inside the cluster or its network; declare a flow to it instead")
    return name


class Host(Settings):
    """A host that some pods reach, by the identity that they run as.

    They speak TLS to it themselves: the gateway passes it on unread. It connects to the addresses that it resolves the
    name to, whatever name or address the caller asks for inside.
    """

    host: Annotated[str, Field(max_length=253), AfterValidator(_whole_name)]
    """Its whole name, such as `api.example.com`."""
    ports: tuple[Annotated[int, Field(ge=1, le=65535, strict=True)], ...] = Field(default=(443,), min_length=1)
    """TCP ports."""
    pods: Labels
    """Labels of the pods that reach it."""
    service_account: ServiceAccount
    """Service account that they run as, by which the gateway knows them."""


def _differ(hosts: tuple[Host, ...]) -> tuple[Host, ...]:
    seen = [(each.host, each.service_account) for each in hosts]
    for host, account in sorted({each for each in seen if seen.count(each) > 1}):
        raise ValueError(f"the host {host!r} stands twice for the service account {account!r}; put its ports together")
    return hosts


Hosts = Annotated[tuple[Host, ...], AfterValidator(_differ)]
"""Hosts of one namespace, each once for an account."""
