"""The API server of an EKS cluster can be reached from inside its network."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="The API server of an EKS cluster can be reached from inside its network",
    severity=Severity.MEDIUM,
    types=(aws.CLUSTER,),
    why="Without a private endpoint the nodes' own traffic to the API server leaves the network.",
    fix="Create the cluster through the component, or set vpcConfig.endpointPrivateAccess to true.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("vpcConfig.endpointPrivateAccess", provider_default=False):
        yield "vpcConfig.endpointPrivateAccess must be true"
