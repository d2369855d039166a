"""The form of what a change does, in the JSON report."""

from typing import Literal

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

documented = with_config(ConfigDict(use_attribute_docstrings=True))
"""Takes the texts below the keys into the schema."""


@documented
class PropertyChangeEntry(TypedDict):
    """A property that differs."""

    path: str
    before: str | None
    """JSON on one line, shortened, secrets masked; null where it was absent."""
    after: str | None


@documented
class ResourceChangeEntry(TypedDict):
    """What happens to a resource."""

    action: Literal["added", "changed", "replaced", "removed"]
    urn: str
    type: str
    name: str
    properties: list[PropertyChangeEntry]
    replacedBy: list[str]
    """Properties that make the provider replace it."""


@documented
class VerdictChangeEntry(TypedDict):
    """A control that says something else of a resource than before."""

    control: str
    severity: str
    resource: str
    """`type::name`."""
    before: str | None
    """Null where the resource, or the control, was not there."""
    after: str | None
    messages: list[str]
    fix: str
    url: str
    denies: bool


@documented
class FlowEntry(TypedDict):
    """A way that opened or closed."""

    source: str
    target: str
    ports: str
    """Empty for what is exposed."""


@documented
class RightsChangeEntry(TypedDict):
    """Rights that a subject has on one side alone."""

    subject: str
    where: str
    rights: list[str]
    """By verbs: `create, delete: apps/deployments, pods`."""
    dangers: list[str]


@documented
class WaiverChangeEntry(TypedDict):
    """What happens to a waiver."""

    action: Literal["added", "removed", "extended", "shortened", "reworded"]
    control: str
    resource: str
    owner: str
    reason: str
    before: str | None
    """Last day before."""
    after: str | None


@documented
class ProblemEntry(TypedDict):
    """Something that is wrong with a waiver or a baseline on one side alone."""

    about: Literal["waiver", "baseline"]
    text: str


@documented
class ChangeEntry(TypedDict):
    """What differs from another revision."""

    ref: str
    commit: str
    presence: Literal["both", "added", "removed", "broken", "broken-before"]
    problem: str | None
    """Why there is nothing to compare with."""
    resources: list[ResourceChangeEntry]
    worse: list[VerdictChangeEntry]
    better: list[VerdictChangeEntry]
    opened: list[FlowEntry]
    closed: list[FlowEntry]
    gained: list[RightsChangeEntry]
    lost: list[RightsChangeEntry]
    waivers: list[WaiverChangeEntry]
    problems: list[ProblemEntry]
    """What is wrong now, and was not, or nobody knows whether it was."""
    problemsGone: list[ProblemEntry]
