"""An update of nodes leaves most of them running."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props

_MOST = 50


@control(
    title="An update of nodes leaves most of them running",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(aws.NODE_GROUP,),
    why="Whatever goes wrong with a new image or version should reach a part of the nodes first.",
    fix="Set cluster.upgrades.surge, or updateConfig.maxUnavailablePercentage to 50 or less.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("updateConfig.maxUnavailablePercentage", provider_default=0) > _MOST:
        yield "updateConfig.maxUnavailablePercentage must be 50 or less"
