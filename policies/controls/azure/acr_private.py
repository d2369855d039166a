"""Azure's registry is closed to the internet."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Azure's registry is closed to the internet",
    severity=Severity.HIGH,
    types=(azure.REGISTRY,),
    why="A stolen token is enough to push an image that every cluster will start, from anywhere.",
    fix="Create the registry through the component, or set publicNetworkAccess to Disabled and add a private endpoint.",
    url="https://learn.microsoft.com/azure/container-registry/container-registry-private-link#disable-public-access",
)
def check(props: Props) -> Iterator[str]:
    if props.read("publicNetworkAccess", provider_default="Enabled") != "Disabled":
        yield "publicNetworkAccess must be Disabled"
