"""All traffic of a network is logged."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="All traffic of a network is logged",
    severity=Severity.MEDIUM,
    types=(aws.NETWORK,),
    why="Without flow logs nobody can say afterwards what an intruder reached.",
    fix="Create the network through the component, or add a FlowLog with trafficType ALL.",
    url="https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html",
)
def check(stack: Stack) -> Iterator[Finding]:
    for network in stack.of_type(aws.NETWORK):
        logs = stack.referring(network, "vpcId", aws.FLOW_LOG)
        if not any(each.props.read("trafficType", provider_default=None) == "ALL" for each in logs):
            yield Finding(resource=network, message="a FlowLog with trafficType ALL must log it")
