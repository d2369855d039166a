"""An AKS cluster can not be deleted by one call."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Finding, Severity, Stack

_BY_SCOPE = "azure-native:authorization:ManagementLockByScope"
_OF_GROUP = "azure-native:authorization:ManagementLockAtResourceGroupLevel"


@control(
    title="An AKS cluster can not be deleted by one call",
    severity=Severity.HIGH,
    types=(azure.CLUSTER,),
    why=(
        "One wrong call, or one stolen pipeline, deletes the cluster with everything in it. A read-only lock is "
        "no better: it stops upgrades and scaling."
    ),
    fix=(
        "Leave cluster.deletion at protected, or add a management lock of the level CanNotDelete on the cluster "
        "or its resource group."
    ),
    url="https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources",
)
def check(stack: Stack) -> Iterator[Finding]:
    for cluster in stack.of_type(azure.CLUSTER):
        locks = stack.referring(cluster, "scope", _BY_SCOPE)
        for group in stack.referred(cluster, "resourceGroupName", azure.RESOURCE_GROUP):
            locks += [
                *stack.referring(group, "scope", _BY_SCOPE),
                *stack.referring(group, "resourceGroupName", _OF_GROUP),
            ]
        levels = {lock.props.read("level", provider_default="NotSpecified") for lock in locks}
        if "CanNotDelete" not in levels or "ReadOnly" in levels:
            yield Finding(resource=cluster, message="no management lock has the level CanNotDelete, or one is ReadOnly")
