"""Nodes of an EKS cluster run a system that is made for containers."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nodes of an EKS cluster run a system that is made for containers",
    severity=Severity.MEDIUM,
    types=(aws.NODE_GROUP,),
    why=(
        "Bottlerocket has no shell and no package manager, and verifies its own disk; a general system has all that "
        "an intruder needs."
    ),
    fix="Create nodes through the component, or set amiType to one of BOTTLEROCKET_*; AL2023_* is accepted.",
    url="https://docs.aws.amazon.com/eks/latest/best-practices/protecting-the-infrastructure.html",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("amiType", provider_default="AL2_x86_64").startswith(("BOTTLEROCKET_", "AL2023_")):
        yield "amiType must be one of BOTTLEROCKET_* or AL2023_*"
