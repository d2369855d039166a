"""A freeze of a GKE cluster keeps no patch out for longer than ninety days."""

import datetime
from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props

_LONGEST = datetime.timedelta(days=90)


def _day(freeze: Props, key: str) -> datetime.date:
    return datetime.date.fromisoformat(freeze.read(key, provider_default="")[:10])


@control(
    title="A freeze of a GKE cluster keeps no patch out for longer than ninety days",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER,),
    why="A cluster that takes no patch keeps every flaw that was found since; a freeze without an end is forgotten.",
    fix="Shorten the freeze in cluster.upgrades.freezes, or give it the scope NO_MINOR_UPGRADES.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions",
)
def check(props: Props) -> Iterator[str]:
    for index, freeze in enumerate(props.read("maintenancePolicy.maintenanceExclusions", provider_default=[])):
        if freeze.read("exclusionOptions.scope", provider_default="NO_UPGRADES") != "NO_UPGRADES":
            continue
        path = f"maintenancePolicy.maintenanceExclusions[{index}]"
        if freeze.read("exclusionOptions.endTimeBehavior", provider_default=None):
            yield f"{path}.exclusionOptions.endTimeBehavior must be absent: it keeps patches out until support ends"
        elif _day(freeze, "endTime") - _day(freeze, "startTime") > _LONGEST:
            yield f"{path} must end within {_LONGEST.days} days"
