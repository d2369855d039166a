"""GuardDuty is on."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="GuardDuty is on",
    severity=Severity.HIGH,
    types=(aws.DETECTOR,),
    why="A detector that is switched off finds nothing, and looks as if there were one.",
    fix="Create the detector through the component, or leave enable out.",
    url="https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_suspend-disable.html",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("enable", provider_default=True):
        yield "enable must be true"
