"""Every kind of upgrade of an AKS cluster has a window."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Finding, Severity, Stack

_KINDS = {"aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule", "default"}


@control(
    title="Every kind of upgrade of an AKS cluster has a window",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER,),
    why=(
        "What has no window happens when Azure pleases: the components of the control plane, Kubernetes itself "
        "and the nodes' system each have one of their own."
    ),
    fix=(
        "Choose cluster.upgrades.window, or add the MaintenanceConfigurations default, "
        "aksManagedAutoUpgradeSchedule and aksManagedNodeOSUpgradeSchedule."
    ),
    url="https://learn.microsoft.com/azure/aks/planned-maintenance",
)
def check(stack: Stack) -> Iterator[Finding]:
    for cluster in stack.of_type(azure.CLUSTER):
        windows = stack.referring(cluster, "resourceName", azure.MAINTENANCE)
        named = {window.props.read("configName", provider_default="") for window in windows}
        if missing := _KINDS - named:
            yield Finding(
                resource=cluster, message=f"no MaintenanceConfiguration is named {', '.join(sorted(missing))}"
            )
