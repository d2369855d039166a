"""A log bucket in Google Cloud keeps its logs for a year."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props

_YEAR = 365
_GOOGLE = 30


@control(
    title="A log bucket in Google Cloud keeps its logs for a year",
    severity=Severity.MEDIUM,
    types=(gcp.LOG_BUCKET,),
    why="Intrusions are found months later, and by default the logs are gone after thirty days.",
    fix="Set cluster.detection.logRetentionDays, or retentionDays to 365 or more.",
    url="https://docs.cloud.google.com/logging/docs/buckets",
)
def check(props: Props) -> Iterator[str]:
    if props.read("retentionDays", provider_default=_GOOGLE) < _YEAR:
        yield f"retentionDays must be {_YEAR} or more"
