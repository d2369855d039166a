"""A GKE cluster logs its system, its workloads and its control plane."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props

_DEFAULT = "logging.googleapis.com/kubernetes"
_NEEDED = {"APISERVER", "CONTROLLER_MANAGER", "SCHEDULER", "SYSTEM_COMPONENTS", "WORKLOADS"}


@control(
    title="A GKE cluster logs its system, its workloads and its control plane",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why=(
        "Google logs system and workloads by default; what the API server, the scheduler and the controllers said "
        "is gone where nobody asked for it."
    ),
    fix=(
        "Create the cluster through the component, or list all of SYSTEM_COMPONENTS, WORKLOADS, APISERVER, "
        "SCHEDULER and CONTROLLER_MANAGER in loggingConfig.enableComponents."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/view-logs",
)
def check(props: Props) -> Iterator[str]:
    if props.read("loggingService", provider_default=_DEFAULT) != _DEFAULT:
        yield f"loggingService must be {_DEFAULT}"
    logged = props.read("loggingConfig.enableComponents", provider_default=["SYSTEM_COMPONENTS", "WORKLOADS"])
    if missing := _NEEDED - set(logged):
        yield f"loggingConfig.enableComponents lacks {', '.join(sorted(missing))}"
