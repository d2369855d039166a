"""Binary Authorization of a GKE cluster has a policy."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="Binary Authorization of a GKE cluster has a policy",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why="The switch on the cluster asks the project's policy, and that of a new project lets everything in.",
    fix=(
        "Choose cluster.binaryAuthorization, or add a binaryauthorization.Policy; one that another stack owns is "
        "waived."
    ),
    url="https://docs.cloud.google.com/binary-authorization/docs/overview",
)
def check(stack: Stack) -> Iterator[Finding]:
    for cluster in stack.of_type(gcp.CLUSTER):
        policies = [each for each in stack.of_type(gcp.BINARY_AUTHORIZATION) if gcp.same_project(each, cluster)]
        mode = cluster.props.read("binaryAuthorization.evaluationMode", provider_default="DISABLED")
        if mode != "DISABLED" and not policies:
            yield Finding(resource=cluster, message="no binaryauthorization.Policy of its project is in the stack")
