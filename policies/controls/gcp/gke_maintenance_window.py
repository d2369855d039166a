"""GKE maintains a cluster in a window that was chosen."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props

_WINDOWS = ("recurringWindow", "recurringMaintenanceWindow", "dailyMaintenanceWindow")


@control(
    title="GKE maintains a cluster in a window that was chosen",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER,),
    why=(
        "Without one Google upgrades the control plane and the nodes when it pleases, at noon on the busiest day "
        "as well."
    ),
    fix="Choose cluster.upgrades.window, or set maintenancePolicy.recurringWindow.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions",
)
def check(props: Props) -> Iterator[str]:
    policy = props.read("maintenancePolicy", provider_default=Props({}))
    if not any(policy.read(key, provider_default=None) for key in _WINDOWS):
        yield "maintenancePolicy.recurringWindow must say when"
