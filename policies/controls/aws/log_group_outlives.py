"""Logs outlive what they tell of."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="Logs outlive what they tell of",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(aws.LOG_GROUP,),
    why="Whoever deletes a cluster to cover up would delete the evidence with it.",
    fix="Create the log group through the component, or set skipDestroy to true.",
    url="https://docs.aws.amazon.com/eks/latest/best-practices/auditing-and-logging.html",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("skipDestroy", provider_default=False):
        yield "skipDestroy must be true"
