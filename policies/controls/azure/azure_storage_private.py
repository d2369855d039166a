"""A storage account in Azure is closed to the internet."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A storage account in Azure is closed to the internet",
    severity=Severity.HIGH,
    types=(azure.STORAGE_ACCOUNT,),
    why=(
        "Flow logs show who talks to whom; an open account gives them, and whatever else lies in it, to any "
        "stolen token."
    ),
    fix=(
        "Create the network through the component, or set networkRuleSet.defaultAction to Deny (or "
        "publicNetworkAccess to Disabled) and leave allowBlobPublicAccess and allowCrossTenantReplication off."
    ),
    url="https://learn.microsoft.com/azure/storage/common/storage-network-security",
)
def check(props: Props) -> Iterator[str]:
    closed = props.read("publicNetworkAccess", provider_default="Enabled") in ("Disabled", "SecuredByPerimeter")
    if not closed and props.read("networkRuleSet.defaultAction", provider_default="Allow") != "Deny":
        yield "networkRuleSet.defaultAction must be Deny, or publicNetworkAccess Disabled"
    for key in ("allowBlobPublicAccess", "allowCrossTenantReplication"):
        if props.read(key, provider_default=False):
            yield f"{key} must not be true"
