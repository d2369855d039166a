"""What NetworkPolicies refuse is logged."""

import json
from collections.abc import Iterator

from policies import aws
from policies.control import NotApplicableError, control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="What NetworkPolicies refuse is logged",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(aws.ADD_ON,),
    why="A connection that was refused is often the first sign of an intruder, and the answer to why a service fails.",
    fix=(
        "Create the cluster through the component, or set nodeAgent.enablePolicyEventLogs in the configuration of the "
        "add-on."
    ),
    url="https://docs.aws.amazon.com/eks/latest/userguide/network-policies-troubleshooting.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("addonName", provider_default="") != "vpc-cni":
        raise NotApplicableError("it enforces no NetworkPolicy")
    settings = json.loads(props.read("configurationValues", provider_default="{}"))
    if not aws.is_true(settings.get("enableNetworkPolicy")):
        raise NotApplicableError("another engine enforces NetworkPolicies")
    if not aws.is_true(settings.get("nodeAgent", {}).get("enablePolicyEventLogs")):
        yield "configurationValues must set nodeAgent.enablePolicyEventLogs to true"
