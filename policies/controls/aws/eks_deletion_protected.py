"""An EKS cluster can't be deleted by a slip."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="An EKS cluster can't be deleted by a slip",
    severity=Severity.HIGH,
    types=(aws.CLUSTER,),
    why="A cluster that is deleted is gone with what runs on it; a replacement in a plan is easily overlooked.",
    fix="Set cluster.deletion to protected, or deletionProtection to true.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/deletion-protection.html",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("deletionProtection", provider_default=False):
        yield "deletionProtection must be true"
