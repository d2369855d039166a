"""An add-on of an EKS cluster has a version."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="An add-on of an EKS cluster has a version",
    severity=Severity.MEDIUM,
    types=(aws.ADD_ON,),
    why="Without one it is whatever AWS prefers on the day it is made, and two clusters from the same file differ.",
    fix="Create the cluster through the component, which pins by components/aws/versions.yaml, or set addonVersion.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("addonVersion", provider_default=None):
        yield "addonVersion must be set"
