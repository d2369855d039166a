"""A firewall rule in Google Cloud names the ports that it opens."""

from collections.abc import Iterator

from policies import gcp
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props

_WITH_PORTS = ("sctp", "tcp", "udp", "6", "17", "132")


@control(
    title="A firewall rule in Google Cloud names the ports that it opens",
    severity=Severity.MEDIUM,
    types=(gcp.FIREWALL,),
    why="A rule for everything opens what will listen on a node next year as well: a kubelet, a debugger, a database.",
    fix="Name protocol and ports in allows.",
    url="https://docs.cloud.google.com/firewall/docs/firewalls",
)
def check(props: Props) -> Iterator[str]:
    if not gcp.lets_in(props):
        raise NotApplicableError("the rule lets nothing in")

    for index, allowed in enumerate(props.read("allows", provider_default=[])):
        protocol = allowed.read("protocol", provider_default="all").lower()
        if protocol == "all":
            yield f"allows[{index}].protocol must not be all"
        elif protocol in _WITH_PORTS and not allowed.read("ports", provider_default=[]):
            yield f"allows[{index}].ports must name the ports"
