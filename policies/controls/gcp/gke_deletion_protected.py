"""A GKE cluster can't be deleted by a slip."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A GKE cluster can't be deleted by a slip",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why="A cluster that is deleted is gone with what runs on it; a replacement in a plan is easily overlooked.",
    fix="Leave cluster.deletion at protected, or remove deletionProtection.",
    url="https://www.pulumi.com/registry/packages/gcp/api-docs/container/cluster/",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("deletionProtection", provider_default=True):
        yield "deletionProtection must be true"
