"""What leaves a network in Google Cloud for the internet names its ports."""

from collections.abc import Iterator

from policies import gcp
from policies.addresses import is_too_wide
from policies.control import NotApplicableError, control
from policies.model import Enforcement, Severity
from policies.values import Props


def _lets_out(rule: Props) -> bool:
    egress = rule.read("direction", provider_default="INGRESS") == "EGRESS"
    return (
        egress and not rule.read("disabled", provider_default=False) and bool(rule.read("allows", provider_default=[]))
    )


@control(
    title="What leaves a network in Google Cloud for the internet names its ports",
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.FIREWALL,),
    why=(
        "A rule that lets everything out to everyone undoes the one that denies egress: it decides first, and the "
        "denying rule is still there to be seen."
    ),
    fix="Name the ports in cluster.network.egressPorts, or protocol and ports in allows, or narrow destinationRanges.",
    url="https://docs.cloud.google.com/firewall/docs/firewalls",
)
def check(props: Props) -> Iterator[str]:
    if not _lets_out(props):
        raise NotApplicableError("the rule lets nothing out")

    if any(is_too_wide(each) for each in props.read("destinationRanges", provider_default=[]) or ["0.0.0.0/0"]):
        yield from gcp.unnamed_ports(props)
