"""The flows that operators have in common: to the API server, and from it to their webhooks."""

from collections.abc import Iterator, Mapping, Sequence

from ..tenancy.intent import Flow, Network, Pods, Port
from .service import ApiServer

_HTTPS = 443


def to_api_server(namespace: str, api_server: ApiServer) -> Iterator[Flow]:
    """Yield the way of every pod of a namespace to the API server."""
    for network in api_server.networks:
        yield Flow(from_=Pods(namespace=namespace, pods="all"), to=network, ports=(Port(port=api_server.port),))


def to_webhook(namespace: str, pods: Mapping[str, str], port: int, api_server: ApiServer) -> Iterator[Flow]:
    """Yield the API server's way to the pods that answer a webhook."""
    for network in api_server.networks:
        yield Flow(from_=network, to=Pods(namespace=namespace, pods=dict(pods)), ports=(Port(port=port),))


def to_outside(namespace: str, networks: Sequence[Network]) -> Iterator[Flow]:
    """Yield the way of every pod of a namespace to networks outside, by TLS."""
    for network in networks:
        yield Flow(from_=Pods(namespace=namespace, pods="all"), to=network, ports=(Port(port=_HTTPS),))
