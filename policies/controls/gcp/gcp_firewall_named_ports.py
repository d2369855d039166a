"""A firewall rule in Google Cloud names the ports that it opens."""

from collections.abc import Iterator

from policies import gcp
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


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

    yield from gcp.unnamed_ports(props)
