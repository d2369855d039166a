"""A vault in Azure is closed to the internet."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A vault in Azure is closed to the internet",
    severity=Severity.HIGH,
    types=(azure.VAULT,),
    why="Whoever steals an identity that may use the key could use it from anywhere.",
    fix=(
        "Create the vault through the component, or set properties.publicNetworkAccess to Disabled and add a "
        "private endpoint."
    ),
    url="https://learn.microsoft.com/azure/key-vault/general/network-security",
)
def check(props: Props) -> Iterator[str]:
    if props.read("properties.publicNetworkAccess", provider_default="Enabled").lower() != "disabled":
        yield "properties.publicNetworkAccess must be Disabled"
