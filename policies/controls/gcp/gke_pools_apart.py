"""Node pools of a GKE cluster are resources of their own."""

from collections.abc import Iterator

from policies import gcp
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="Node pools of a GKE cluster are resources of their own",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER,),
    why=(
        "A pool inside the cluster can't be changed without a new cluster; the first pool, which GKE makes by "
        "itself, has none of the settings that harden a pool."
    ),
    fix="Create the cluster through the component, or set removeDefaultNodePool to true and remove nodePools.",
    url="https://www.pulumi.com/registry/packages/gcp/api-docs/container/cluster/",
)
def check(props: Props) -> Iterator[str]:
    if gcp.is_autopilot(props):
        raise NotApplicableError("Autopilot has no node pools")
    if props.read("nodePools", provider_default=[]):
        yield "nodePools must be absent"
    if not props.read("removeDefaultNodePool", provider_default=False):
        yield "removeDefaultNodePool must be true"
