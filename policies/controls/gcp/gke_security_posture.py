"""Google looks for weak settings of what runs in a GKE cluster."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Google looks for weak settings of what runs in a GKE cluster",
    severity=Severity.LOW,
    types=(gcp.CLUSTER,),
    why=(
        "The dashboard shows weak workloads across all clusters of a project, those that were made past every "
        "pipeline as well."
    ),
    fix="Create the cluster through the component, or set securityPostureConfig.mode to BASIC.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/concepts/about-security-posture-dashboard",
)
def check(props: Props) -> Iterator[str]:
    if props.read("securityPostureConfig.mode", provider_default="DISABLED") not in ("BASIC", "ENTERPRISE"):
        yield "securityPostureConfig.mode must be BASIC"
