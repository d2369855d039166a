"""Upgrades of a GKE control plane keep their distance."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="Upgrades of a GKE control plane keep their distance",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.CLUSTER,),
    why="Two upgrades in a row leave no time to notice what the first one broke.",
    fix="Create the cluster through the component, or set both intervals of maintenancePolicy.disruptionBudget.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/concepts/cluster-disruption-budget",
)
def check(props: Props) -> Iterator[str]:
    for key in ("minorVersionDisruptionInterval", "patchVersionDisruptionInterval"):
        if not props.read(f"maintenancePolicy.disruptionBudget.{key}", provider_default=None):
            yield f"maintenancePolicy.disruptionBudget.{key} must be set"
