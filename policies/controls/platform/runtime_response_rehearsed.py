"""A response acts only where somebody answers for it."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="The response to what runtime detection sees is rehearsed before it acts",
    severity=Severity.MEDIUM,
    types=(objects.RUNTIME_DETECTION,),
    why="A response that was never rehearsed ends what it mistakes for an intruder.",
    fix="Leave response at observe until its record is right, then have the risk of acting waived.",
    url="https://docs.falco-talon.org/docs/",
)
def check(props: Props) -> Iterator[str]:
    if props.read("response", provider_default="") != "observe":
        yield "response acts on pods, or says nothing"
