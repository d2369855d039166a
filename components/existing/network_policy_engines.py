"""Recognise what enforces NetworkPolicies by the DaemonSets of a cluster."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NotRequired, TypedDict, cast

from .. import data_file
from ..network_policy_engine import NetworkPolicyEngine


@dataclass(frozen=True, kw_only=True)
class DaemonSet:
    """What the recognition reads of a DaemonSet."""

    name: str
    images: tuple[str, ...]
    """Image references of its containers."""
    arguments: tuple[str, ...]
    """Commands and arguments of all its containers."""
    ready: int
    """Pods that are ready; an engine without one enforces nothing."""


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One entry of `network_policy_engines.yaml`, which explains the fields."""

    engine: NetworkPolicyEngine
    daemon_set: str
    image: str
    reason: str
    argument: str | None = None
    unless: str | None = None

    def matches(self, daemon_set: DaemonSet) -> bool:
        """Whether this DaemonSet runs the engine, switched on and ready on at least one node."""
        return (
            daemon_set.ready > 0
            and re.fullmatch(self.daemon_set, daemon_set.name) is not None
            and any(re.search(self.image, _repository(image)) for image in daemon_set.images)
            and (self.argument is None or self.argument in daemon_set.arguments)
            and (self.unless is None or self.unless not in daemon_set.arguments)
        )


class _Entry(TypedDict):
    engine: str
    daemon_set: str
    image: str
    reason: str
    argument: NotRequired[str]
    unless: NotRequired[str]


@cache
def signatures() -> tuple[Signature, ...]:
    """Return the table of known engines."""
    path = Path(__file__).parent / "network_policy_engines.yaml"
    entries = cast("list[_Entry]", data_file.read(path))
    return tuple(
        Signature(
            engine=NetworkPolicyEngine(entry["engine"]),
            daemon_set=entry["daemon_set"],
            image=entry["image"],
            reason=entry["reason"],
            argument=entry.get("argument"),
            unless=entry.get("unless"),
        )
        for entry in entries
    )


def recognise(daemon_sets: Iterable[DaemonSet]) -> tuple[NetworkPolicyEngine, ...]:
    """Return the engines that run, in alphabetical order; several where plugins are chained.

    It tells what a well-meaning cluster runs: whoever may create DaemonSets can imitate one. It doesn't
    read the engine's own configuration, such as Cilium's `enable-policy: never`.
    """
    present = list(daemon_sets)
    return tuple(entry.engine for entry in signatures() if any(entry.matches(one) for one in present))


def _repository(image: str) -> str:
    """Return the image without digest and tag; a port of the registry stays."""
    repository = image.partition("@")[0]
    head, slash, name = repository.rpartition("/")
    return f"{head}{slash}{name.partition(':')[0]}"
