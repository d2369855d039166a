"""A firewall in Azure denies what Microsoft knows as hostile."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A firewall in Azure denies what Microsoft knows as hostile",
    severity=Severity.MEDIUM,
    types=(azure.FIREWALL_POLICY,),
    why="Where nothing is said it only writes down that a pod talks to a known command server, and lets it.",
    fix="Choose cluster.network.egress firewall, or set threatIntelMode to Deny.",
    url="https://learn.microsoft.com/azure/firewall/threat-intel",
)
def check(props: Props) -> Iterator[str]:
    if props.read("threatIntelMode", provider_default="Alert") != "Deny":
        yield "threatIntelMode must be Deny"
