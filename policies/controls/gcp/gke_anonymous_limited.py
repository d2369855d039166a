"""A GKE API server answers callers without credentials on its health only."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A GKE API server answers callers without credentials on its health only",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why=(
        "Otherwise one wrong binding to system:anonymous gives the cluster to everyone; clusters that were made "
        "before 1.35 take such requests until they are told not to."
    ),
    fix="Create the cluster through the component, or set anonymousAuthenticationConfig.mode to LIMITED.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster#restrict-anon-access",
)
def check(props: Props) -> Iterator[str]:
    if props.read("anonymousAuthenticationConfig.mode", provider_default="ENABLED") != "LIMITED":
        yield "anonymousAuthenticationConfig.mode must be LIMITED"
