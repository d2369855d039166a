"""A GKE cluster takes patches as soon as its channel has them."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="A GKE cluster takes patches as soon as its channel has them",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.CLUSTER,),
    why="Security patches wait for weeks in a channel until they become its target.",
    fix="Create the cluster through the component, or set gkeAutoUpgradeConfig.patchMode to ACCELERATED.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster",
)
def check(props: Props) -> Iterator[str]:
    if props.read("gkeAutoUpgradeConfig.patchMode", provider_default=None) != "ACCELERATED":
        yield "gkeAutoUpgradeConfig.patchMode must be ACCELERATED"
