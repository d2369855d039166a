"""What a change does to an environment: plain values, so that every format can show them.

Nothing in here holds a secret: values are texts that are masked and shortened already.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Presence(StrEnum):
    """On which sides of the change an environment is there, and can be previewed."""

    BOTH = "both"
    ADDED = "added"
    """The change makes it."""
    REMOVED = "removed"
    """The change takes it away."""
    BROKEN = "broken"
    """It could be previewed before the change, and can't be any more."""
    BROKEN_BEFORE = "broken-before"
    """It could not be previewed before the change: nothing is compared."""


class Action(StrEnum):
    """What happens to a resource."""

    ADDED = "added"
    CHANGED = "changed"
    REPLACED = "replaced"
    """Deleted and made anew, as far as that is known without asking the provider."""
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True)
class PropertyChange:
    """One property that differs."""

    path: str
    """`spec.containers[web].image`: items of a list by their name where all have one, else by their number."""
    before: str | None
    """The value as JSON on one line, masked and shortened; None where it was absent."""
    after: str | None


@dataclass(frozen=True, kw_only=True)
class ResourceChange:
    """What happens to one resource."""

    action: Action
    urn: str
    type: str
    name: str
    """Logical name."""
    properties: tuple[PropertyChange, ...] = ()
    """What differs; only of a resource that is changed or replaced."""
    replaced_by: tuple[str, ...] = ()
    """Paths of the properties that make the provider replace it."""

    @property
    def key(self) -> str:
        """`type::name`, as waivers name it."""
        return f"{self.type}::{self.name}"


@dataclass(frozen=True, kw_only=True)
class VerdictChange:
    """A control that says something else of a resource than before."""

    control: str
    severity: str
    resource: str
    """`type::name`."""
    before: str | None
    """Outcome before; None where the resource, or the control, was not there."""
    after: str | None
    messages: tuple[str, ...]
    """What is wrong now; where it got better, what was wrong."""
    fix: str
    url: str
    denies: bool
    """The verdict stops the update; where it got better, it did."""
    urn: str = ""
    """URN of the resource, which tells resources of one `type::name` apart."""


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A way that opened or closed."""

    source: str
    target: str
    ports: str
    """`TCP/443`, `all`; empty for what is exposed, where the kind says it."""

    def __str__(self) -> str:
        """Return `source -> target ports`."""
        return f"{self.source} -> {self.target} {self.ports}".rstrip()


@dataclass(frozen=True, kw_only=True)
class RightsChange:
    """Rights that a subject has in some namespaces on one side of the change alone."""

    subject: str
    """`Group viewers`."""
    where: str
    """`the whole cluster`, or namespaces."""
    rights: tuple[str, ...]
    """By verbs: `create, delete: apps/deployments, pods`."""
    dangers: tuple[str, ...]
    """Ids of the dangers in them, as `preview/permissions/dangers.yaml` names them."""


class WaiverAction(StrEnum):
    """What happens to a waiver."""

    ADDED = "added"
    REMOVED = "removed"
    EXTENDED = "extended"
    SHORTENED = "shortened"
    REWORDED = "reworded"
    """Its reason, its owner or its place in the cluster is another."""


@dataclass(frozen=True, kw_only=True)
class WaiverChange:
    """What happens to a waiver that is about the environment."""

    action: WaiverAction
    control: str
    resource: str
    """Pattern over `type::name`."""
    owner: str
    reason: str
    before: str | None
    """Last day before the change, as `2027-01-31`."""
    after: str | None


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something that is wrong with a waiver or a baseline on one side of the change alone."""

    about: Literal["waiver", "baseline"]
    text: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a change does to one environment."""

    ref: str
    """What it is compared with, as it was asked for."""
    commit: str
    """The commit that it is compared with: the merge base of that and HEAD."""
    presence: Presence = Presence.BOTH
    problem: str | None = None
    """Why there is nothing to compare with; then everything below is empty."""
    resources: tuple[ResourceChange, ...] = ()
    worse: tuple[VerdictChange, ...] = ()
    """What denies first, then by severity."""
    better: tuple[VerdictChange, ...] = ()
    opened: tuple[Flow, ...] = ()
    closed: tuple[Flow, ...] = ()
    gained: tuple[RightsChange, ...] = ()
    lost: tuple[RightsChange, ...] = ()
    waivers: tuple[WaiverChange, ...] = ()
    problems: tuple[Problem, ...] = ()
    """What is wrong now, and was not, or nobody knows whether it was."""
    problems_gone: tuple[Problem, ...] = ()

    def of(self, action: Action) -> tuple[ResourceChange, ...]:
        """Return the resources that something happens to."""
        return tuple(each for each in self.resources if each.action is action)
