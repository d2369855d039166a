"""What a firewall in Azure decides is logged."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Finding, Severity, Stack

_DECISIONS = {"AZFWApplicationRule", "AZFWNetworkRule"}


@control(
    title="What a firewall in Azure decides is logged",
    severity=Severity.MEDIUM,
    types=(azure.FIREWALL,),
    why="What a broken pod tried to reach stands in no other log by its name.",
    fix=(
        "Choose cluster.network.egress firewall, or send AZFWApplicationRule and AZFWNetworkRule to a workspace "
        "by a DiagnosticSetting."
    ),
    url="https://learn.microsoft.com/azure/firewall/monitor-firewall",
)
def check(stack: Stack) -> Iterator[Finding]:
    for firewall in stack.of_type(azure.FIREWALL):
        logged = azure.logged(stack, firewall)
        if "allLogs" not in logged and (missing := _DECISIONS - logged):
            yield Finding(resource=firewall, message=f"no DiagnosticSetting sends {', '.join(sorted(missing))}")
