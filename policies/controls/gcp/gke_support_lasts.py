"""The standard support of a GKE cluster lasts for another 90 days."""

import datetime
from collections.abc import Iterator

from policies import clock, gcp
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props

_WARNING = datetime.timedelta(days=90)


@control(
    title="The standard support of a GKE cluster lasts for another 90 days",
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.COMPONENT,),
    why="An upgrade wants planning, a rehearsal and a quiet week; 90 days are enough for that.",
    fix="Choose a newer cluster.upgrades.version, or a faster cluster.upgrades.channel.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/release-schedule",
)
def check(props: Props) -> Iterator[str]:
    ends = props.read("upgrades.supportEnds", provider_default=None)
    if ends is None:
        yield "upgrades.supportEnds must say when support ends"
    elif datetime.date.fromisoformat(ends) - clock.today() < _WARNING:
        yield f"support ends on {ends}"
