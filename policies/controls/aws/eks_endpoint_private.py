"""The API server of an EKS cluster can't be reached from the internet."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="The API server of an EKS cluster can't be reached from the internet",
    severity=Severity.HIGH,
    types=(aws.CLUSTER,),
    why="Whoever can reach the API server can try stolen credentials and the next vulnerability on it.",
    fix="Set cluster.endpoint.access to private, or vpcConfig.endpointPublicAccess to false.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("vpcConfig.endpointPublicAccess", provider_default=True):
        yield "vpcConfig.endpointPublicAccess must be false"
