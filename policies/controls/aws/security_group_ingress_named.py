"""No security group lets the internet in."""

from collections.abc import Iterator

from policies import addresses, aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="No security group lets the internet in",
    severity=Severity.HIGH,
    types=(aws.SECURITY_GROUP, aws.INGRESS_RULE, aws.SECURITY_RULE),
    why="Whatever listens behind it is found by scanners within minutes.",
    fix="Name the ranges or groups that may come in.",
    url="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("type", provider_default="ingress") != "ingress":
        return
    for rule in (props, *props.read("ingress", provider_default=[])):
        ranges = [
            *rule.read("cidrBlocks", provider_default=[]),
            *rule.read("ipv6CidrBlocks", provider_default=[]),
            rule.read("cidrIpv4", provider_default=None),
            rule.read("cidrIpv6", provider_default=None),
        ]
        if any(cidr is not None and addresses.is_too_wide(cidr) for cidr in ranges):
            yield "a rule for what comes in must name ranges, not most of the internet"
