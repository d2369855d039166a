"""The plan of Defender for containers scans registries and watches clusters."""

from collections.abc import Iterator

from policies import azure
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props

_EXTENSIONS = {"AgentlessDiscoveryForKubernetes", "ContainerRegistriesVulnerabilityAssessments", "ContainerSensor"}


@control(
    title="The plan of Defender for containers scans registries and watches clusters",
    severity=Severity.HIGH,
    types=(azure.DEFENDER_PLAN,),
    why=(
        "Scanning of images, the sensor on nodes and the look at the API server are extensions, and each can be "
        "left off while the plan is paid for."
    ),
    fix=(
        "Create the plans through the component, or list the extensions "
        "ContainerRegistriesVulnerabilityAssessments, ContainerSensor and AgentlessDiscoveryForKubernetes with "
        "isEnabled True."
    ),
    url="https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-introduction",
)
def check(props: Props) -> Iterator[str]:
    if props.read("pricingName", provider_default="") != "Containers":
        raise NotApplicableError("another plan")
    on = {
        extension.read("name", provider_default="")
        for extension in props.read("extensions", provider_default=[])
        if extension.read("isEnabled", provider_default="False") == "True"
    }
    for name in sorted(_EXTENSIONS - on):
        yield f"extensions must hold {name} with isEnabled True"
