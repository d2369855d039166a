"""Binary Authorization decides which images a GKE cluster runs."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props

_ENFORCE = "PROJECT_SINGLETON_POLICY_ENFORCE"


@control(
    title="Binary Authorization decides which images a GKE cluster runs",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why="Without it whoever may create a pod may run any image from anywhere, signed by nobody.",
    fix=(
        "Create the cluster through the component, or set binaryAuthorization.evaluationMode to "
        "PROJECT_SINGLETON_POLICY_ENFORCE."
    ),
    url="https://docs.cloud.google.com/binary-authorization/docs/overview",
)
def check(props: Props) -> Iterator[str]:
    if props.read("binaryAuthorization.evaluationMode", provider_default="DISABLED") != _ENFORCE:
        yield f"binaryAuthorization.evaluationMode must be {_ENFORCE}"
