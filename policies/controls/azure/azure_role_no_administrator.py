"""Nobody is made an administrator of everything in Azure."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props

# Source: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
_ADMINISTRATORS = {
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
    "f58310d9-a9f6-439a-9e8d-f62e7b41a168": "Role Based Access Control Administrator",
    "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8": "Azure Kubernetes Service Cluster Admin Role",
}


@control(
    title="Nobody is made an administrator of everything in Azure",
    severity=Severity.CRITICAL,
    types=(azure.ROLE_ASSIGNMENT,),
    why=(
        "Owner, Contributor and the roles that give roles turn a flaw in one pipeline or one pod into the whole "
        "subscription. The role of AKS's own administrator hands out the cluster's local admin credentials."
    ),
    fix="Give the role that is made for the task, on the one resource that it is about.",
    url="https://learn.microsoft.com/azure/role-based-access-control/best-practices",
)
def check(props: Props) -> Iterator[str]:
    role = props.read("roleDefinitionId", provider_default="").rsplit("/", 1)[-1].lower()
    if name := _ADMINISTRATORS.get(role):
        yield f"roleDefinitionId must not be {name}"
