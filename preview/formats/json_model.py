"""The form of the JSON report; `docs/report.schema.json` is made from it.

What a program that reads it may count on: keys are added without notice, and a reader passes over those that it
doesn't know; so with the words of an enumeration. A key that goes, or gets another type or meaning, makes a new
`schemaVersion`.
"""

from typing import Literal

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

_documented = with_config(ConfigDict(use_attribute_docstrings=True))


@_documented
class ResourceEntry(TypedDict):
    """A resource that the program registers; its properties are no part of the report, as some are secret."""

    urn: str
    type: str
    """Type token, such as `kubernetes:core/v1:Namespace`."""
    name: str
    """Logical name."""
    parent: str | None
    """URN of the component that made it."""


@_documented
class WaiverEntry(TypedDict):
    """Why a violation is accepted, by whom, until when."""

    reason: str
    owner: str
    expires: str
    """Last day."""


@_documented
class BaselineEntry(TypedDict):
    """Who fixes a violation that was there before the catalogue, until when."""

    owner: str
    expires: str
    """Last day."""


@_documented
class VerdictEntry(TypedDict):
    """What one control says of one resource."""

    control: str
    """Id of the control."""
    severity: str
    enforcement: str
    """`mandatory` or `advisory`."""
    resource: str
    """URN."""
    outcome: str
    """`pass`, `fail`, `unknown`, `not-applicable`, `waived`, `existing` or `error`."""
    messages: list[str]
    fix: str
    url: str
    waiver: WaiverEntry | None
    """Of a waived violation."""
    baseline: BaselineEntry | None
    """Of an existing violation."""


@_documented
class UpgradeEntry(TypedDict):
    """How a cluster is upgraded."""

    cluster: str
    kind: str
    """`eks`, `aks` or `gke`."""
    version: str
    channel: str
    supportEnds: str | None
    """Last day of the minor's standard support."""
    freezes: list[str]
    steps: list[str]
    stops: list[str]
    """Workloads that an upgrade would stop, or that would block it, and why."""


@_documented
class EndpointEntry(TypedDict):
    """Pods that no policy can tell apart."""

    namespace: str
    name: str
    labels: dict[str, str]
    hostNetwork: bool
    recorded: bool
    """False where the namespace is not part of what was recorded."""


@_documented
class LinkEntry(TypedDict):
    """Each of the sources can open connections to each of the targets."""

    sources: list[int]
    """Numbers of endpoints."""
    targets: list[int]
    ports: str


@_documented
class OutsideEntry(TypedDict):
    """Addresses outside that endpoints accept connections from, or open connections to."""

    direction: str
    """`ingress` or `egress`, seen from the pods."""
    endpoints: list[int]
    network: str | None
    """None for everyone."""
    ports: str
    anywhere: bool
    """Half of IPv4 or all of global IPv6 at least."""


@_documented
class SurpriseEntry(TypedDict):
    """A difference between what is open and what tenants declare."""

    difference: str
    source: str
    target: str
    ports: str


@_documented
class ExposureEntry(TypedDict):
    """Something that can be reached from outside the cluster."""

    kind: str
    resource: str
    """URN."""
    namespace: str
    backends: list[int]
    """Numbers of endpoints."""
    closed: bool
    """NetworkPolicies hold it shut."""


@_documented
class ReachabilityEntry(TypedDict):
    """Who can talk to whom, by NetworkPolicy."""

    endpoints: list[EndpointEntry]
    links: list[LinkEntry]
    outside: list[OutsideEntry]
    surprises: list[SurpriseEntry]
    exposures: list[ExposureEntry]
    notKnown: list[str]
    """Resources that depend on values that are not known before the update."""


@_documented
class SubjectEntry(TypedDict):
    """A user, a group or a service account."""

    kind: str
    name: str
    namespace: str
    """Of a service account; else empty."""


@_documented
class DangerEntry(TypedDict):
    """A right that is worth more than it looks."""

    id: str
    why: str
    limited: bool
    """Only with objects of certain names."""


@_documented
class HoldingEntry(TypedDict):
    """What a subject may do in namespaces where it may do the same."""

    subject: SubjectEntry
    namespaces: list[str] | None
    """None for the whole cluster."""
    roles: list[str]
    verbs: dict[str, list[str]]
    """By `group/resource`, or by path."""
    dangers: list[DangerEntry]


@_documented
class PermissionsEntry(TypedDict):
    """Who can do what, by RBAC."""

    holdings: list[HoldingEntry]
    unresolved: list[str]
    """Roles that bindings name and that are not recorded."""
    notKnown: list[str]


@_documented
class PropertyChangeEntry(TypedDict):
    """A property that differs."""

    path: str
    before: str | None
    """JSON on one line, shortened, secrets masked; null where it was absent."""
    after: str | None


@_documented
class ResourceChangeEntry(TypedDict):
    """What happens to a resource."""

    action: Literal["added", "changed", "replaced", "removed"]
    urn: str
    type: str
    name: str
    properties: list[PropertyChangeEntry]
    replacedBy: list[str]
    """Properties that make the provider replace it."""


@_documented
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


@_documented
class FlowEntry(TypedDict):
    """A way that opened or closed."""

    source: str
    target: str
    ports: str
    """Empty for what is exposed."""


@_documented
class RightsChangeEntry(TypedDict):
    """Rights that a subject has on one side alone."""

    subject: str
    where: str
    rights: list[str]
    """By verbs: `create, delete: apps/deployments, pods`."""
    dangers: list[str]


@_documented
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


@_documented
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


@_documented
class StackEntry(TypedDict):
    """What a preview found about one environment."""

    name: str
    conclusion: Literal["allowed", "denied", "bad-configuration", "our-bug"]
    error: str | None
    """Why there is no verdict."""
    resources: list[ResourceEntry]
    verdicts: list[VerdictEntry]
    waiverProblems: list[str]
    baselineProblems: list[str]
    upgrades: list[UpgradeEntry]
    reachability: ReachabilityEntry | None
    permissions: PermissionsEntry | None
    change: ChangeEntry | None
    """Null where the preview was not asked to compare."""


@_documented
class ReportDocument(TypedDict):
    """The report of `python -m preview --format json`."""

    schemaVersion: Literal[1]
    stacks: list[StackEntry]
