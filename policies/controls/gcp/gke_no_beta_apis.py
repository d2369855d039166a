"""A GKE cluster serves no beta API."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="A GKE cluster serves no beta API",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.CLUSTER,),
    why="A beta API changes or goes with a minor version, and can't be turned off in a cluster that has it.",
    fix="Remove enableK8sBetaApis.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/use-beta-apis",
)
def check(props: Props) -> Iterator[str]:
    if props.read("enableK8sBetaApis.enabledApis", provider_default=[]):
        yield "enableK8sBetaApis.enabledApis must be empty"
