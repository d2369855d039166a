"""A version of a key in Google Cloud is destroyed after thirty days only."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props

_SHORTEST = 30 * 24 * 3600


@control(
    title="A version of a key in Google Cloud is destroyed after thirty days only",
    severity=Severity.HIGH,
    types=(gcp.KEY,),
    why="With the key goes everything that it encrypted; the time is what is left to notice.",
    fix="Remove destroyScheduledDuration, or set it to 2592000s or more.",
    url="https://docs.cloud.google.com/kms/docs/destroy-restore",
)
def check(props: Props) -> Iterator[str]:
    if gcp.seconds(props.read("destroyScheduledDuration", provider_default=f"{_SHORTEST}s")) < _SHORTEST:
        yield f"destroyScheduledDuration must be {_SHORTEST}s or more"
