"""An upgrade of an EKS cluster waits for its insights."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="An upgrade of an EKS cluster waits for its insights",
    severity=Severity.MEDIUM,
    types=(aws.CLUSTER,),
    why="Forced, an upgrade goes on although EKS found what will break in the new version.",
    fix="Remove forceUpdateVersion and mend what EKS names.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("forceUpdateVersion", provider_default=False):
        yield "forceUpdateVersion must be false"
