"""A minor upgrade of a GKE control plane can be taken back."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="A minor upgrade of a GKE control plane can be taken back",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.CLUSTER,),
    why=(
        "A control plane that went up in one step can't go down again; with a soak time it behaves as the old "
        "minor until it has proven itself."
    ),
    fix="Set rollbackSafeUpgrade.controlPlaneSoakDuration, from 21600s to 604800s.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/concepts/cluster-upgrades",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("rollbackSafeUpgrade.controlPlaneSoakDuration", provider_default=None):
        yield "rollbackSafeUpgrade.controlPlaneSoakDuration must be set"
