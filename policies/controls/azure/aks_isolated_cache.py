"""An AKS cluster without egress takes its images from a registry of its own."""

from collections.abc import Iterator

from policies import azure
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="An AKS cluster without egress takes its images from a registry of its own",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER,),
    why=(
        "A cluster without egress that still points at Microsoft's public registry can start no node: somebody "
        "will open the egress again in the middle of the night."
    ),
    fix="Choose cluster.network.egress isolated, or set bootstrapProfile.artifactSource to Cache.",
    url="https://learn.microsoft.com/azure/aks/concepts-network-isolated",
)
def check(props: Props) -> Iterator[str]:
    outbound = props.read("networkProfile.outboundType", provider_default="loadBalancer")
    if outbound not in ("none", "block"):
        raise NotApplicableError("the cluster has egress")
    if props.read("bootstrapProfile.artifactSource", provider_default="Direct") != "Cache":
        yield "bootstrapProfile.artifactSource must be Cache"
