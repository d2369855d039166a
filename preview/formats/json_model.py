"""The form of the JSON report; `docs/report.schema.json` is made from it.

What a program that reads it may count on: keys are added without notice, and a reader passes over those that it
doesn't know; so with the words of an enumeration. A key that goes, or gets another type or meaning, makes a new
`schemaVersion`.
"""

from typing import Literal

from typing_extensions import TypedDict

from .json_change_model import ChangeEntry, documented


@documented
class ResourceEntry(TypedDict):
    """A resource that the program registers; its properties are no part of the report, as some are secret."""

    urn: str
    type: str
    """Type token, such as `kubernetes:core/v1:Namespace`."""
    name: str
    """Logical name."""
    parent: str | None
    """URN of the component that made it."""


@documented
class WaiverEntry(TypedDict):
    """Why a violation is accepted, by whom, until when."""

    reason: str
    owner: str
    expires: str
    """Last day."""
    compensating: str | None
    """What holds the risk down meanwhile; null where it is not recorded."""
    review: str | None
    """Day on which the owner looks again; null where it is not recorded."""


@documented
class BaselineEntry(TypedDict):
    """Who fixes a violation that was there before the catalogue, until when."""

    owner: str
    expires: str
    """Last day."""


@documented
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


@documented
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


@documented
class EndpointEntry(TypedDict):
    """Pods that no policy can tell apart."""

    namespace: str
    name: str
    labels: dict[str, str]
    hostNetwork: bool
    recorded: bool
    """False where the namespace is not part of what was recorded."""


@documented
class LinkEntry(TypedDict):
    """Each of the sources can open connections to each of the targets."""

    sources: list[int]
    """Numbers of endpoints."""
    targets: list[int]
    ports: str


@documented
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


@documented
class SurpriseEntry(TypedDict):
    """A difference between what is open and what tenants declare."""

    difference: str
    source: str
    target: str
    ports: str


@documented
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


@documented
class ReachabilityEntry(TypedDict):
    """Who can talk to whom, by NetworkPolicy."""

    endpoints: list[EndpointEntry]
    links: list[LinkEntry]
    outside: list[OutsideEntry]
    surprises: list[SurpriseEntry]
    """Certain, whatever is not known yet."""
    doubts: list[SurpriseEntry]
    """What there may be beyond: something that it depends on is not known before the update."""
    exposures: list[ExposureEntry]
    notKnown: list[str]
    """Resources that depend on values that are not known before the update."""


@documented
class SubjectEntry(TypedDict):
    """A user, a group or a service account."""

    kind: str
    name: str
    namespace: str
    """Of a service account; else empty."""


@documented
class DangerEntry(TypedDict):
    """A right that is worth more than it looks."""

    id: str
    why: str
    limited: bool
    """Only with objects of certain names."""


@documented
class HoldingEntry(TypedDict):
    """What a subject may do in namespaces where it may do the same."""

    subject: SubjectEntry
    namespaces: list[str] | None
    """None for the whole cluster."""
    roles: list[str]
    verbs: dict[str, list[str]]
    """By `group/resource`, or by path."""
    dangers: list[DangerEntry]


@documented
class PermissionsEntry(TypedDict):
    """Who can do what, by RBAC."""

    holdings: list[HoldingEntry]
    unresolved: list[str]
    """Roles that bindings name and that are not recorded."""
    notKnown: list[str]


@documented
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


@documented
class ReportDocument(TypedDict):
    """The report of `python -m preview --format json`."""

    schemaVersion: Literal[1]
    stacks: list[StackEntry]
