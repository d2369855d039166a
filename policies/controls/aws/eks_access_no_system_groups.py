"""No access entry gives a group of the cluster itself."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="No access entry gives a group of the cluster itself",
    severity=Severity.CRITICAL,
    types=(aws.ACCESS_ENTRY,),
    why="Groups of the system: family hold rights that no role shows, system:masters every one of them.",
    fix="Name groups of your own in cluster.access.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html",
)
def check(props: Props) -> Iterator[str]:
    for group in props.read("kubernetesGroups", provider_default=[]):
        if group.startswith("system:"):
            yield "kubernetesGroups must not hold a group of the system: family"
