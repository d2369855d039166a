"""Metadata of an instance end at the instance."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Metadata of an instance end at the instance",
    severity=Severity.HIGH,
    types=(aws.LAUNCH_TEMPLATE,),
    why="With a second hop they reach the pods, and with them the node's credentials.",
    fix="Create nodes through the component, or set metadataOptions.httpPutResponseHopLimit to 1.",
    url="https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("metadataOptions.httpEndpoint", provider_default="enabled") == "disabled":
        return
    if props.read("metadataOptions.httpPutResponseHopLimit", provider_default=2) > 1:
        yield "metadataOptions.httpPutResponseHopLimit must be 1"
