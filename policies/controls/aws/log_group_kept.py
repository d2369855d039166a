"""Logs are kept for a year."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props

_FOR_EVER = 0
_YEAR = 365


@control(
    title="Logs are kept for a year",
    severity=Severity.MEDIUM,
    types=(aws.LOG_GROUP,),
    why="Intrusions are found months later; by then the logs must still be there.",
    fix="Set cluster.detection.logRetentionDays, or retentionInDays to 365 or more.",
    url="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
)
def check(props: Props) -> Iterator[str]:
    days = props.read("retentionInDays", provider_default=0)
    if days != _FOR_EVER and days < _YEAR:
        yield "retentionInDays must be 365 or more"
