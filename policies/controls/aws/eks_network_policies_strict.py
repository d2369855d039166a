"""A pod in an EKS cluster starts closed."""

import json
from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="A pod in an EKS cluster starts closed",
    severity=Severity.MEDIUM,
    types=(aws.ADD_ON,),
    why=(
        "In the standard mode a new pod sends and takes anything for a few seconds, until its policies have reached "
        "the node."
    ),
    fix=(
        "Say how the API server is reached in cluster.endpoint.reachableThrough, or set NETWORK_POLICY_ENFORCING_MODE "
        "to strict."
    ),
    url="https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html",
)
def check(stack: Stack) -> Iterator[Finding]:
    for add_on in stack.of_type(aws.ADD_ON):
        component = stack.parent_of(add_on)
        ours = component if component is not None and component.type == aws.COMPONENT else None
        if add_on.props.read("addonName", provider_default="") != "vpc-cni" or not aws.reachable(ours):
            continue
        settings = json.loads(add_on.props.read("configurationValues", provider_default="{}"))
        strict = settings.get("env", {}).get("NETWORK_POLICY_ENFORCING_MODE") == "strict"
        if aws.is_true(settings.get("enableNetworkPolicy")) and not strict:
            yield Finding(
                resource=add_on, message="configurationValues must set NETWORK_POLICY_ENFORCING_MODE to strict"
            )
