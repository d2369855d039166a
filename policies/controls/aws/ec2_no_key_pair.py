"""Instances have no key pair."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Instances have no key pair",
    severity=Severity.HIGH,
    types=(aws.LAUNCH_TEMPLATE,),
    why="A private key that opens every node can't be taken back from whoever has copied it.",
    fix="Remove keyName; name cluster.nodeGroups[].access ssm where sessions are needed.",
    url="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-key-pairs.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("keyName", provider_default=None):
        yield "keyName must be absent"
