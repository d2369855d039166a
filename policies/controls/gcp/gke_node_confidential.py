"""Memory of the nodes of a GKE cluster is encrypted."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="Memory of the nodes of a GKE cluster is encrypted",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.CLUSTER,),
    why="What a workload holds in memory is then closed to the host below it, and to whoever works on it.",
    fix="Set confidentialNodes.enabled to true, with machine types that can.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/confidential-gke-nodes",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("confidentialNodes.enabled", provider_default=False):
        yield "confidentialNodes.enabled must be true"
