"""Nodes of an EKS cluster start from a launch template."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nodes of an EKS cluster start from a launch template",
    severity=Severity.HIGH,
    types=(aws.NODE_GROUP,),
    why=(
        "Without one EKS decides on disks and metadata: the disks have no key of yours, and pods reach the node's "
        "credentials."
    ),
    fix="Create nodes through the component, or set launchTemplate.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("launchTemplate", provider_default=None) is None:
        yield "launchTemplate must be set"
