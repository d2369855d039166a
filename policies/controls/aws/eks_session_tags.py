"""Pod Identity says which pod uses a role."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Pod Identity says which pod uses a role",
    severity=Severity.LOW,
    types=(aws.POD_IDENTITY,),
    why="Without session tags policies and CloudTrail can't tell the pods apart that share a role.",
    fix="Create the association through the component, or leave disableSessionTags out.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("disableSessionTags", provider_default=False):
        yield "disableSessionTags must be false"
