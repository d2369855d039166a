"""A key is changed each year."""

from collections.abc import Iterator

from policies import aws
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props

_YEAR = 365


@control(
    title="A key is changed each year",
    severity=Severity.MEDIUM,
    types=(aws.KEY,),
    why="The longer a key lives, the more is lost with it.",
    fix="Create the key through the component, or set enableKeyRotation to true.",
    url="https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("customerMasterKeySpec", provider_default="SYMMETRIC_DEFAULT") != "SYMMETRIC_DEFAULT":
        raise NotApplicableError("AWS rotates symmetric keys only")
    if not props.read("enableKeyRotation", provider_default=False):
        yield "enableKeyRotation must be true"
    elif props.read("rotationPeriodInDays", provider_default=_YEAR) > _YEAR:
        yield "rotationPeriodInDays must be 365 or less"
