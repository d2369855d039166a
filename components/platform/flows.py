"""The flows that every operator needs: it asks the API server, and the API server asks its webhook."""

from collections.abc import Iterator, Mapping, Sequence

from ..tenancy.intent import Flow, Network, Pods, Port
from .service import ApiServer

_HTTPS = 443


def operator(namespace: str, api_server: ApiServer, webhook: Mapping[str, str], port: int) -> Iterator[Flow]:
    """Yield the flows of an operator's namespace (short name), whose webhook pods have these labels and this port."""
    asked = Pods(namespace=namespace, pods=dict(webhook))
    yield from to_api_server(namespace, api_server)
    for network in api_server.networks:
        yield Flow(from_=network, to=asked, ports=(Port(port=port),))


def to_api_server(namespace: str, api_server: ApiServer) -> Iterator[Flow]:
    """Yield the way of every pod of a namespace to the API server."""
    for network in api_server.networks:
        yield Flow(from_=Pods(namespace=namespace, pods="all"), to=network, ports=(Port(port=api_server.port),))


def to_outside(namespace: str, networks: Sequence[Network]) -> Iterator[Flow]:
    """Yield the way of every pod of a namespace to networks outside, by TLS."""
    for network in networks:
        yield Flow(from_=Pods(namespace=namespace, pods="all"), to=network, ports=(Port(port=_HTTPS),))
