"""A deleted vault in Azure can be brought back for ninety days."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props

_DAYS = 90


@control(
    title="A deleted vault in Azure can be brought back for ninety days",
    severity=Severity.HIGH,
    types=(azure.VAULT,),
    why="A key that was deleted by mistake is missed when a node restarts, which may be weeks later.",
    fix="Remove properties.enableSoftDelete and softDeleteRetentionInDays.",
    url="https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("properties.enableSoftDelete", provider_default=True):
        yield "properties.enableSoftDelete must not be false"
    if props.read("properties.softDeleteRetentionInDays", provider_default=_DAYS) < _DAYS:
        yield f"properties.softDeleteRetentionInDays must be {_DAYS}"
