"""A plan of Defender is the one that detects something."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A plan of Defender is the one that detects something",
    severity=Severity.HIGH,
    types=(azure.DEFENDER_PLAN,),
    why="The free tier only gives advice: it sees neither an attack nor a vulnerable image.",
    fix="Create the plans through the component, or set pricingTier to Standard.",
    url="https://learn.microsoft.com/azure/defender-for-cloud/defender-for-cloud-introduction",
)
def check(props: Props) -> Iterator[str]:
    if props.read("pricingTier", provider_default="Free") != "Standard":
        yield "pricingTier must be Standard"
