"""The deletion of a key can be taken back for two weeks."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props

_DAYS = 14


@control(
    title="The deletion of a key can be taken back for two weeks",
    severity=Severity.MEDIUM,
    types=(aws.KEY,),
    why="With the key everything under it is gone: secrets, disks, logs.",
    fix="Create the key through the component, or leave deletionWindowInDays at 30.",
    url="https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("deletionWindowInDays", provider_default=30) < _DAYS:
        yield "deletionWindowInDays must be 14 or more"
