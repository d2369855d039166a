"""A key in Google Cloud is rotated within ninety days."""

from collections.abc import Iterator

from policies import gcp
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props

_LONGEST = 90 * 24 * 3600


@control(
    title="A key in Google Cloud is rotated within ninety days",
    severity=Severity.MEDIUM,
    types=(gcp.KEY,),
    why="A key that nobody rotates protects everything that was ever encrypted, for as long as its thief keeps it.",
    fix="Create the key through the component, or set rotationPeriod to 7776000s or less.",
    url="https://docs.cloud.google.com/kms/docs/key-rotation",
)
def check(props: Props) -> Iterator[str]:
    if props.read("purpose", provider_default="ENCRYPT_DECRYPT") != "ENCRYPT_DECRYPT":
        raise NotApplicableError("Google rotates symmetric keys only")
    if not 0 < gcp.seconds(props.read("rotationPeriod", provider_default="0s")) <= _LONGEST:
        yield f"rotationPeriod must be {_LONGEST}s or less"
