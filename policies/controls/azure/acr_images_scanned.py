"""Images in Azure's registry are scanned for vulnerabilities."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="Images in Azure's registry are scanned for vulnerabilities",
    severity=Severity.HIGH,
    types=(azure.REGISTRY,),
    why="New flaws are found in old images every day; nobody hears of them where nothing looks.",
    fix=(
        "Create the plans through the component, or add the plan Containers of Defender (azure- "
        "native:security:Pricing) to the stack."
    ),
    url="https://learn.microsoft.com/azure/defender-for-cloud/agentless-vulnerability-assessment-azure",
)
def check(stack: Stack) -> Iterator[Finding]:
    plans = [
        plan
        for plan in stack.of_type(azure.DEFENDER_PLAN)
        if plan.props.read("pricingName", provider_default="") == "Containers"
        and plan.props.read("pricingTier", provider_default="Free") == "Standard"
    ]
    for registry in [] if plans else stack.of_type(azure.REGISTRY):
        yield Finding(
            resource=registry, message="no Pricing named Containers with pricingTier Standard is in the stack"
        )
