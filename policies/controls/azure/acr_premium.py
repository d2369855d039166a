"""Azure's registry is of the tier that can be closed."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Azure's registry is of the tier that can be closed",
    severity=Severity.MEDIUM,
    types=(azure.REGISTRY,),
    why="Private endpoints, retention, data endpoints of its own and a ban on export exist in the premium tier only.",
    fix="Create the registry through the component, or set sku.name to Premium.",
    url="https://learn.microsoft.com/azure/container-registry/container-registry-skus",
)
def check(props: Props) -> Iterator[str]:
    if props.read("sku.name", provider_default="Basic") != "Premium":
        yield "sku.name must be Premium"
