"""What an environment says about admission: who deploys, what is spared, how strict it is, what is waived."""

import datetime
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from ..model import DNS_LABEL, DnsLabel, Settings
from ..upgrades import Minor

EVERYBODY = frozenset({"system:authenticated", "system:unauthenticated", "system:serviceaccounts"})
"""Groups that hold every user, or every workload; whoever trusts them trusts everybody."""

_NAME_PATTERN = re.compile(r"[a-z0-9*]([-.a-z0-9*]*[a-z0-9*])?")


class AdmissionRollout(StrEnum):
    """What a violation of a mandatory control does; advisory controls never deny."""

    AUDIT = "audit"
    """Goes to the audit log only; nobody sees it at the keyboard."""
    WARN = "warn"
    """Is admitted with a warning, and goes to the audit log."""
    DENY_NEW = "deny-new"
    """Is denied, unless the object had the same violation before the change: that warns. For a cluster with a past."""
    DENY = "deny"
    """Is denied, and goes to the audit log; the default."""


def _somebody(group: str) -> str:
    if group in EVERYBODY:
        raise ValueError(f"{group} holds everybody; name a group that only the platform team is in")
    return group


class Deployers(Settings):
    """Identities that may change what the toolkit has put into the cluster: those that `pulumi up` runs as.

    Members of `system:masters` always may: they are the way out when an identity is named wrongly.
    """

    groups: tuple[Annotated[str, Field(min_length=1, max_length=253), AfterValidator(_somebody)], ...] = ()
    """Groups, as the API server sees them."""
    users: tuple[Annotated[str, Field(min_length=1, max_length=253)], ...] = ()
    """Users and service accounts (`system:serviceaccount:<namespace>:<name>`), as the API server sees them."""

    @model_validator(mode="after")
    def _is_somebody(self) -> "Deployers":
        if not self.groups and not self.users:
            raise ValueError("name a group or a user; without one, the next update would be refused by the cluster")
        return self


ParameterItem = Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[^,\s]+$")]
"""An item of a parameter's list; the lists reach the cluster joined by commas."""


class AdmissionArgs(Settings):
    """Admission of a cluster: the workload controls, and the rules that protect the baseline."""

    deployers: Deployers
    """Identities that may change what the toolkit has put into the cluster."""
    rollout: AdmissionRollout = AdmissionRollout.DENY
    """What a violation of a mandatory control does."""
    kubernetes: Minor | None = None
    """Kubernetes minor of the cluster: what the Pod Security Standards ask for has changed between minors. By default
    that of a cluster which the same stack makes, and otherwise the newest that the controls know."""
    exempt_namespaces: tuple[DnsLabel, ...] = ("kube-system",)
    """Namespaces whose workloads are not judged; each by name, there are no patterns."""
    exempt_users: tuple[Annotated[str, Field(min_length=1, max_length=253)], ...] = ()
    """Users by whom the cloud installs and patches what it runs in the cluster, each by name, as the API server sees
    them; nothing that they do is judged, and they may change what the toolkit has put into the cluster."""
    parameters: dict[str, tuple[ParameterItem, ...]] = Field(default_factory=dict)
    """Lists that controls read, such as `allowedRegistries`; one that is not given keeps its safe default."""


@dataclass(frozen=True, kw_only=True)
class AdmissionWaiver:
    """Lets named objects of one namespace violate one control until a date, in the cluster.

    The API server itself ends it: see `waivers.py`.
    """

    control: str
    """Id of the control."""
    namespace: str
    """Full name of the namespace; no pattern. Empty for an object without a namespace."""
    name: str
    """Name of the object. A `*` stands for any characters: the pods of the Deployment `agent` are `agent-*`."""
    expires: datetime.date
    """Last day (UTC)."""

    def __post_init__(self) -> None:
        """Raise `ValueError` for what is no namespace or no name: it becomes part of an expression."""
        if self.namespace and not DNS_LABEL.fullmatch(self.namespace):
            raise ValueError(f"the waiver of {self.control}: {self.namespace!r} is no namespace's name")
        if not _NAME_PATTERN.fullmatch(self.name):
            raise ValueError(f"the waiver of {self.control}: {self.name!r} is no object's name, with or without '*'")
