"""Azure's registry serves layers from an address of its own."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Azure's registry serves layers from an address of its own",
    severity=Severity.LOW,
    types=(azure.REGISTRY,),
    why=(
        "Otherwise layers come from an address that all registries of the region share: a firewall that lets it "
        "through lets data out to anybody's storage."
    ),
    fix="Create the registry through the component, or set dataEndpointEnabled to true.",
    url="https://learn.microsoft.com/azure/container-registry/container-registry-dedicated-data-endpoints",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("dataEndpointEnabled", provider_default=False):
        yield "dataEndpointEnabled must be true"
