"""Controls, verdicts and waivers: the words of the policy engine."""

from __future__ import annotations

import datetime
import fnmatch
import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from .values import Props

LONGEST_WAIVER = datetime.timedelta(days=180)
"""The longest time that a waiver or a baseline lasts."""
_AZURE_API_VERSION = re.compile(r"^azure-native(?:_\w+)?:(\w+)(?:/v\w+)?:(\w+)$")


class Severity(StrEnum):
    """How bad a failure is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Enforcement(StrEnum):
    """What a failure does."""

    MANDATORY = "mandatory"
    """Denies the update."""
    ADVISORY = "advisory"
    """Warns."""


class Outcome(StrEnum):
    """What a control says of a resource. UNKNOWN and ERROR never count as a pass."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    """The answer depends on a value that is not known before the update."""
    NOT_APPLICABLE = "not-applicable"
    WAIVED = "waived"
    EXISTING = "existing"
    """A violation of a mandatory control that the stack's baseline lists: it warns, where a new one denies."""
    ERROR = "error"
    """The control itself broke; the resource is unjudged."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource as a policy sees it, from the engine or from the in-process preview."""

    urn: str
    type: str
    """Type token, such as `kubernetes:core/v1:Namespace`."""
    name: str
    """Logical name."""
    props: Props
    """Input properties under their wire names (camelCase); unknown values are marked."""
    parent: str | None = None
    """URN of the parent."""
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]], hash=False)
    """URNs of the resources whose outputs a property is made of, by the name of the property at the top.

    They are known where the value itself is not: the id of what will be created. Only a check on the stack sees
    them; the engine tells a check on one resource nothing of other resources.
    """
    secrets: frozenset[tuple[str | int, ...]] = frozenset()
    """Paths of the properties that are secret, which no report shows; only the in-process preview tells them."""
    replace_on_changes: tuple[str, ...] = ()
    """What the program's own option `replaceOnChanges` names; only the in-process preview tells it."""

    made_at: str | None = field(default=None, compare=False)
    """Where the program made it, as `file:line` inside the project; None where nobody recorded that."""

    @property
    def stack(self) -> str:
        """Name of the stack, from the URN."""
        return self.urn.split("::", 1)[0].removeprefix("urn:pulumi:")

    @functools.cached_property
    def judged_type(self) -> str:
        """The type token as controls name it: that of azure-native without the version of Azure's API.

        A type has one token for each version, and the two majors of the provider write them in two ways:
        `azure-native:network/v20240501:Subnet` and `azure-native_network_v20240501:network:Subnet`.
        Source: https://www.pulumi.com/registry/packages/azure-native/version-guide/
        """
        return _AZURE_API_VERSION.sub(r"azure-native:\1:\2", self.type)

    @property
    def key(self) -> str:
        """`type::name`, as waivers name it."""
        return f"{self.type}::{self.name}"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A violation; the message names property paths and never quotes a value that could be secret."""

    resource: Resource
    message: str


@dataclass(frozen=True)
class Stack:
    """All resources of a stack (or of a group of stacks), for controls that need more than one."""

    resources: Sequence[Resource]

    def of_type(self, *types: str) -> list[Resource]:
        """Return the resources with one of the type tokens, whatever version of Azure's API theirs names."""
        return [resource for resource in self.resources if resource.judged_type in types]

    def parent_of(self, resource: Resource) -> Resource | None:
        """Return the parent of a resource, if it is in the stack."""
        return next((each for each in self.resources if each.urn == resource.parent), None)

    def referred(self, resource: Resource, key: str, *types: str) -> list[Resource]:
        """Return the resources of these types whose outputs a property at the top of another is made of."""
        urns = resource.references.get(key, ())
        return [each for each in self.of_type(*types) if each.urn in urns]

    def referring(self, to: Resource, key: str, *types: str) -> list[Resource]:
        """Return the resources of these types that refer to another by a property at their top.

        Raises `UnknownRead` where the property of one of them is unknown without referring to anything: it may
        be made of an output of another stack.
        """
        return [each for each in self.of_type(*types) if self._refers(each, key, to)]

    @staticmethod
    def _refers(resource: Resource, key: str, to: Resource) -> bool:
        urns = resource.references.get(key, ())
        if not urns:
            resource.props.read(key, provider_default=None)
        return to.urn in urns


ResourceCheck = Callable[[Props], Iterator[str] | None]
Parts = Callable[[Resource], Iterator[Props]]
StackCheck = Callable[[Stack], Iterator[Finding]]


@dataclass(frozen=True, kw_only=True)
class Control:
    """One rule. Its id is its file's name; ids are never used for another rule."""

    id: str
    title: str
    """What is true where the control passes."""
    severity: Severity
    why: str
    fix: str
    """What to do, naming our argument or setting; ends with a period."""
    url: str
    types: tuple[str, ...]
    """Type tokens that the control judges."""
    enforcement: Enforcement = Enforcement.MANDATORY
    check: ResourceCheck | None = None
    """Yields a message for each violation of one resource; returns None where there is none."""
    parts: Parts | None = None
    """Yields what `check` judges one by one, such as the node pools inside a cluster; None: the resource as a whole."""
    stack_check: StackCheck | None = None
    """Yields a finding for each violation in the stack."""
    expression: str | None = field(default=None, repr=False)
    """CEL source of a workload control, for the generated catalogue and the admission policies."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What one control says of one resource."""

    control: Control
    resource: Resource
    outcome: Outcome
    messages: tuple[str, ...] = ()
    waiver: Waiver | None = None
    baseline: Baseline | None = None
    """The baseline that lists the violation, where the outcome is EXISTING."""

    def denies(self, *, strict: bool) -> bool:
        """Return whether the verdict stops an update; in strict mode an UNKNOWN does as well."""
        if self.outcome is Outcome.ERROR:
            return True
        mandatory = self.control.enforcement is Enforcement.MANDATORY
        return mandatory and (self.outcome is Outcome.FAIL or (strict and self.outcome is Outcome.UNKNOWN))


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """An accepted risk: what, where, why, whose, until when."""

    control: str
    stack: str
    """Name or pattern (`*`) of the stacks."""
    resource: str
    """Pattern (`*`) over `type::name`."""
    reason: str
    owner: str
    expires: datetime.date
    """Last day (UTC)."""
    cluster_object: tuple[str, str] | None = None
    """Namespace and name of the object that the API server lets pass as well."""
    compensating: str | None = None
    """What holds the risk down meanwhile; None where nothing is recorded."""
    review: datetime.date | None = None
    """Day (UTC) on which the owner looks at the risk again; None where none is recorded."""

    def covers(self, control_id: str, resource: Resource) -> bool:
        """Return whether the waiver is about this control and this resource."""
        return (
            control_id == self.control
            and self.concerns(resource.stack)
            and fnmatch.fnmatchcase(resource.key, self.resource)
        )

    def concerns(self, stack: str) -> bool:
        """Return whether the waiver is about this stack."""
        return fnmatch.fnmatchcase(stack, self.stack)

    def expired(self, today: datetime.date) -> bool:
        """Return whether the last day has passed."""
        return today > self.expires


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """The violations that a stack had when the catalogue came to it, until when they may stay, and whose they are."""

    stack: str
    """Name of the stack."""
    owner: str
    expires: datetime.date
    """Last day (UTC)."""
    violations: frozenset[tuple[str, str]]
    """Control id and `type::name` of each; no patterns, so that nothing new is covered."""

    def lists(self, verdict: Verdict) -> bool:
        """Return whether it lists the violation of the verdict's control by the verdict's resource."""
        there = (verdict.control.id, verdict.resource.key) in self.violations
        return there and verdict.resource.stack == self.stack

    def expired(self, today: datetime.date) -> bool:
        """Return whether the last day has passed."""
        return today > self.expires
