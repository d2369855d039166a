"""A public API server of an EKS cluster is open to named ranges only."""

from collections.abc import Iterator

from policies import addresses, aws
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="A public API server of an EKS cluster is open to named ranges only",
    severity=Severity.CRITICAL,
    types=(aws.CLUSTER,),
    why="An endpoint that everybody can reach is found by scanners within minutes.",
    fix="Name your ranges in cluster.endpoint.publicCidrs, or set vpcConfig.publicAccessCidrs.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("vpcConfig.endpointPublicAccess", provider_default=True):
        raise NotApplicableError("the endpoint is private")
    for cidr in props.read("vpcConfig.publicAccessCidrs", provider_default=None) or ["0.0.0.0/0"]:
        if addresses.is_too_wide(cidr):
            yield "vpcConfig.publicAccessCidrs must name ranges, not most of the internet"
