"""A namespace in the mesh of a cloud is in a cluster that has the mesh."""

from collections.abc import Iterator

from policies import azure, gcp, meshes
from policies.control import control
from policies.model import Finding, Severity, Stack

_NAMESPACE = "kubernetes:core/v1:Namespace"


@control(
    title="A namespace in a cloud's mesh is in a cluster that has that mesh",
    severity=Severity.HIGH,
    types=(_NAMESPACE, azure.CLUSTER, gcp.FEATURE_MEMBERSHIP),
    why="Where nobody puts proxies into pods, they speak plain text and take every caller, and no policy says so.",
    fix="Name the label's revision in cluster.mesh of AKS, declare cluster.mesh of GKE, or remove the label.",
    url="https://learn.microsoft.com/azure/aks/istio-deploy-addon#enable-sidecar-injection",
)
def check(stack: Stack) -> Iterator[Finding]:
    for namespace in stack.of_type(_NAMESPACE):
        if meshes.lacks_injector(namespace.props.read("metadata.labels", provider_default={}), stack):
            yield Finding(resource=namespace, message="no cluster of the stack runs the mesh that its label names")
