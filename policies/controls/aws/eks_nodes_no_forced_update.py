"""An update of nodes respects disruption budgets."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="An update of nodes respects disruption budgets",
    severity=Severity.MEDIUM,
    types=(aws.NODE_GROUP,),
    why="Forced, EKS ends pods that a PodDisruptionBudget keeps, and with them the service.",
    fix="Remove forceUpdateVersion.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("forceUpdateVersion", provider_default=False):
        yield "forceUpdateVersion must be false"
