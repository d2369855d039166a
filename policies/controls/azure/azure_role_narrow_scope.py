"""A role in Azure is given on a resource or its group, not on a whole subscription."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Finding, Severity, Stack

_PARTS = 4
_MANAGEMENT_GROUPS = "/providers/microsoft.management/"


@control(
    title="A role in Azure is given on a resource or its group, not on a whole subscription",
    severity=Severity.HIGH,
    types=(azure.ROLE_ASSIGNMENT,),
    why=(
        "A role on a subscription holds for everything that will ever be in it; what was meant for one cluster "
        "then opens the next."
    ),
    fix="Set scope to the id of the resource, or of its resource group.",
    url="https://learn.microsoft.com/azure/role-based-access-control/scope-overview",
)
def check(stack: Stack) -> Iterator[Finding]:
    for assignment in stack.of_type(azure.ROLE_ASSIGNMENT):
        if assignment.references.get("scope"):
            continue  # made of what a resource of the stack is called
        scope = assignment.props.read("scope", provider_default="/")
        if len(scope.strip("/").split("/")) < _PARTS or scope.lower().startswith(_MANAGEMENT_GROUPS):
            yield Finding(resource=assignment, message="scope must be a resource or a resource group")
