"""Broken nodes of an EKS cluster are replaced."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="Broken nodes of an EKS cluster are replaced",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(aws.NODE_GROUP,),
    why="A node whose kernel, disk or network is broken goes on taking pods.",
    fix="Create nodes through the component, or set nodeRepairConfig.enabled to true.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/node-health.html",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("nodeRepairConfig.enabled", provider_default=False):
        yield "nodeRepairConfig.enabled must be true"
