"""A notification of Security Command Center tells every active finding."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props

_ACTIVE = 'state="ACTIVE"'


@control(
    title="A notification of Security Command Center tells every active finding",
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.FINDINGS,),
    why="Whoever waits for findings takes silence for safety where a filter leaves some of them out.",
    fix=f"Set detection.findingsTo of the component, or streamingConfig.filter to {_ACTIVE}.",
    url="https://docs.cloud.google.com/security-command-center/docs/how-to-notifications",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("pubsubTopic", provider_default=""):
        yield "pubsubTopic must name a topic"
    # An empty filter tells of every change, of findings that are closed as well.
    told = props.read("streamingConfig.filter", provider_default="")
    if "".join(told.split()) not in ("", _ACTIVE):
        yield f"streamingConfig.filter must be {_ACTIVE}"
