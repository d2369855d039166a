"""A node pool of a GKE cluster can't be deleted by a slip."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A node pool of a GKE cluster can't be deleted by a slip",
    severity=Severity.MEDIUM,
    types=(gcp.NODE_POOL,),
    why=(
        "The protection of a cluster does not reach its pools: a mistaken destroy deletes them, with all that "
        "runs, before it is stopped at the cluster."
    ),
    fix="Leave cluster.deletion at protected, or set deletionPolicy to PREVENT.",
    url="https://www.pulumi.com/registry/packages/gcp/api-docs/container/nodepool/",
)
def check(props: Props) -> Iterator[str]:
    if props.read("deletionPolicy", provider_default="DELETE") != "PREVENT":
        yield "deletionPolicy must be PREVENT"
