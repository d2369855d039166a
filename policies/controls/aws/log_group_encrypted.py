"""Logs are encrypted with a key of one's own."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Logs are encrypted with a key of one's own",
    severity=Severity.MEDIUM,
    types=(aws.LOG_GROUP,),
    why="Audit logs name users, objects and addresses; the key decides who can read a copy.",
    fix="Create the log group through the component, or set kmsKeyId.",
    url="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
)
def check(props: Props) -> Iterator[str]:
    if "kmsKeyId" not in props or props.plain["kmsKeyId"] in (None, ""):
        yield "kmsKeyId must name a key"
    elif props.read("logGroupClass", provider_default="STANDARD") == "DELIVERY":
        yield "logGroupClass must not be DELIVERY, which keeps logs for a day"
