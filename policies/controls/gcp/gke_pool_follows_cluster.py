"""A node pool follows the version of its GKE cluster."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="A node pool follows the version of its GKE cluster",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.NODE_POOL,),
    why="A version in the program and automatic upgrades fight: the next update takes the nodes back to the older one.",
    fix="Remove version; choose cluster.upgrades.",
    url="https://www.pulumi.com/registry/packages/gcp/api-docs/container/nodepool/",
)
def check(props: Props) -> Iterator[str]:
    if props.read("version", provider_default=None):
        yield "version must be absent"
