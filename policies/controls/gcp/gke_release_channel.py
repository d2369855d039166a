"""A GKE cluster follows a release channel."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props

_CHANNELS = ("RAPID", "REGULAR", "STABLE", "EXTENDED")


@control(
    title="A GKE cluster follows a release channel",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER,),
    why="Without one nobody tests the version that it runs, and it stays on it until support ends.",
    fix="Choose cluster.upgrades.channel, or set releaseChannel.channel.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/concepts/release-channels",
)
def check(props: Props) -> Iterator[str]:
    absent = gcp.by_mode(props, standard="UNSPECIFIED", autopilot="REGULAR")
    if props.read("releaseChannel.channel", provider_default=absent) not in _CHANNELS:
        yield f"releaseChannel.channel must be one of {', '.join(_CHANNELS)}"
