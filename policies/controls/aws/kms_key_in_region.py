"""A key stays in its region."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="A key stays in its region",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(aws.KEY,),
    why="A key for several regions can be copied to where nobody looks, with all that it opens.",
    fix="Create the key through the component, or leave multiRegion out.",
    url="https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("multiRegion", provider_default=False):
        yield "multiRegion must be false"
