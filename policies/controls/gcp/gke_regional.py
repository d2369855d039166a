"""A GKE control plane stands in three zones."""

import re
from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props

_ZONE = re.compile(r"-[a-z]$")


@control(
    title="A GKE control plane stands in three zones",
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.CLUSTER,),
    why="With a zone for a location, its loss, and every upgrade, takes the API server away.",
    fix="Set location to a region.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/concepts/regional-clusters",
)
def check(props: Props) -> Iterator[str]:
    if not gcp.is_autopilot(props) and _ZONE.search(props.read("location", provider_default="")):
        yield "location must be a region, not a zone"
