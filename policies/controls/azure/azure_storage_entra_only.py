"""Nobody reads or writes a storage account in Azure with a shared key."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nobody reads or writes a storage account in Azure with a shared key",
    severity=Severity.MEDIUM,
    types=(azure.STORAGE_ACCOUNT,),
    why="The key of an account opens all of it, for ever, and names nobody in any log.",
    fix="Create the network through the component, or set allowSharedKeyAccess to false and give roles.",
    url="https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent",
)
def check(props: Props) -> Iterator[str]:
    if props.read("allowSharedKeyAccess", provider_default=True):
        yield "allowSharedKeyAccess must be false"
