"""A maintenance window of an AKS cluster is long enough to be kept."""

from collections.abc import Iterator

from policies.control import control
from policies.model import Severity
from policies.values import Props

_HOURS = 4


@control(
    title="A maintenance window of an AKS cluster is long enough to be kept",
    severity=Severity.MEDIUM,
    types=("azure-native:containerservice:MaintenanceConfiguration",),
    why=(
        "Azure asks for four hours: in a shorter window an upgrade may not start at all, and the cluster stays "
        "unpatched."
    ),
    fix="Choose cluster.upgrades.window, or set maintenanceWindow.durationHours to 4 or more.",
    url="https://learn.microsoft.com/azure/aks/planned-maintenance",
)
def check(props: Props) -> Iterator[str]:
    if props.read("maintenanceWindow.durationHours", provider_default=0) < _HOURS:
        yield f"maintenanceWindow.durationHours must be {_HOURS} or more"
    for key in ("timeInWeek", "notAllowedTime"):
        if props.read(key, provider_default=None):
            yield f"{key} has ended; use maintenanceWindow"
