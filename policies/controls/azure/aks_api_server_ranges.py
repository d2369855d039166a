"""A public API server of an AKS cluster is open to chosen ranges only."""

from collections.abc import Iterator

from policies import azure
from policies.addresses import is_too_wide
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="A public API server of an AKS cluster is open to chosen ranges only",
    severity=Severity.CRITICAL,
    types=(azure.CLUSTER,),
    why="Without authorised ranges Azure opens a public API server to the whole internet.",
    fix="List the ranges of your own egress in cluster.endpoint.publicCidrs, or make the endpoint private.",
    url="https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges",
)
def check(props: Props) -> Iterator[str]:
    if props.read("apiServerAccessProfile.enablePrivateCluster", provider_default=False):
        raise NotApplicableError("a private cluster has no public endpoint")
    ranges = props.read("apiServerAccessProfile.authorizedIPRanges", provider_default=[])
    if not ranges:
        yield "apiServerAccessProfile.authorizedIPRanges must list the ranges that may reach the API server"
    for index, text in enumerate(ranges):
        if is_too_wide(text):
            yield f"apiServerAccessProfile.authorizedIPRanges[{index}] is wider than a /16 (IPv6: /32)"
