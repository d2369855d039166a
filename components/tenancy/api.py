"""An API of a namespace: pods behind one port that a gateway of the mesh reads the requests for, and counts them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from ..model import DnsLabel, Settings
from .intent import Labels


class Per(StrEnum):
    """What a limit counts in."""

    SECOND = "second"
    MINUTE = "minute"

    @property
    def seconds(self) -> int:
        """Return its length."""
        return 1 if self is Per.SECOND else 60


class ApiProtocol(StrEnum):
    """What the pods speak at the port, inside the mesh's mutual TLS: a gateway can't count what it can't read."""

    HTTP = "http"
    """HTTP/1.1, and HTTP/2 without TLS of its own."""
    GRPC = "grpc"
    """gRPC without TLS of its own."""


class Requests(Settings):
    """How many requests an API takes from all of its callers together; what comes above is answered with 429."""

    rate: Annotated[int, Field(ge=2, le=1_000_000, strict=True)]
    """Requests in each second or minute, in the long run. The gateway's two pods have half of it each."""
    per: Per = Per.SECOND
    """What the rate counts in."""
    burst: Annotated[int, Field(ge=2, le=1_000_000, strict=True)] | None = None
    """Most requests at one moment; absent, as many as the rate."""

    @model_validator(mode="after")
    def _bursts_are_above(self) -> Self:
        if self.burst is not None and self.burst < self.rate:
            raise ValueError("burst is below the rate, which could then never be reached; raise it, or leave it out")
        return self

    @property
    def most(self) -> int:
        """Return the most requests at one moment."""
        return self.burst or self.rate


class Api(Settings):
    """A Service of the namespace, which is created, and whose callers come through a gateway of the mesh alone.

    Who calls it is said by flows to the same pods at the same port. The gateway holds the limit, and the pods take
    nothing at this port but what comes from it; calls go to the Service, as an address of a pod is refused.
    """

    name: DnsLabel
    """Name of the Service."""
    pods: Labels
    """Labels of the pods behind it, written as in the flows to them."""
    port: Annotated[int, Field(ge=1, le=65535, strict=True)]
    """Port of the Service and of the pods."""
    protocol: ApiProtocol = ApiProtocol.HTTP
    """What the pods speak."""
    requests: Requests
    """The limit."""


def _differ(apis: tuple[Api, ...]) -> tuple[Api, ...]:
    for index, api in enumerate(apis):
        for other in apis[:index]:
            if other.name == api.name:
                raise ValueError(f"the API {api.name!r} stands twice; remove one")
            if other.port == api.port and may_be_same(other.pods, api.pods):
                raise ValueError(
                    f"the APIs {other.name!r} and {api.name!r} may be the same pods at the same port; make them one"
                )
    return apis


def may_be_same(labels: Mapping[str, str], others: Mapping[str, str]) -> bool:
    """Return whether some pod could carry both: no label of theirs has two values."""
    return all(others[key] == value for key, value in labels.items() if key in others)


Apis = Annotated[tuple[Api, ...], AfterValidator(_differ)]
"""APIs of one namespace, each of pods and a port of its own."""
