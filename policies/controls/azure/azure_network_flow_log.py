"""The traffic of a virtual network in Azure is logged."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="The traffic of a virtual network in Azure is logged",
    severity=Severity.MEDIUM,
    types=(azure.NETWORK,),
    why=(
        "Without flow logs nobody can say where a broken pod connected to. Those of a security group have ended; "
        "only those of the network see all of it."
    ),
    fix="Create the network through the component, or add a FlowLog whose targetResourceId is the network.",
    url="https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview",
)
def check(stack: Stack) -> Iterator[Finding]:
    for network in stack.of_type(azure.NETWORK):
        logs = stack.referring(network, "targetResourceId", azure.FLOW_LOG)
        if not any(log.props.read("enabled", provider_default=False) for log in logs):
            yield Finding(resource=network, message="no FlowLog that is enabled has it as its targetResourceId")
