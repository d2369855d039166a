"""Workloads of a GKE cluster have identities of their own in Google Cloud."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Workloads of a GKE cluster have identities of their own in Google Cloud",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why="Without it every pod acts as its node, and keys of service accounts get copied into Secrets.",
    fix="Create the cluster through the component, or set workloadIdentityConfig.workloadPool to PROJECT.svc.id.goog.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/workload-identity",
)
def check(props: Props) -> Iterator[str]:
    if gcp.is_autopilot(props):
        return
    if not props.read("workloadIdentityConfig.workloadPool", provider_default=None):
        yield "workloadIdentityConfig.workloadPool must be the project's pool"
