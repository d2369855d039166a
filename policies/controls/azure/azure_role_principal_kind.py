"""Roles in Azure are given to groups and workloads, not to people."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Roles in Azure are given to groups and workloads, not to people",
    severity=Severity.MEDIUM,
    types=(azure.ROLE_ASSIGNMENT,),
    why=(
        "A person's own assignment is forgotten when he changes teams. Where the kind is absent Azure looks the "
        "principal up, and fails while a new identity is not known everywhere."
    ),
    fix="Set principalType to Group, or to ServicePrincipal for a managed identity.",
    url="https://learn.microsoft.com/azure/role-based-access-control/best-practices#assign-roles-to-groups-not-users",
)
def check(props: Props) -> Iterator[str]:
    if props.read("principalType", provider_default="User") not in ("Group", "ServicePrincipal"):
        yield "principalType must be Group or ServicePrincipal"
