"""Logs in Azure are kept for ninety days."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props

_DAYS = 90


@control(
    title="Logs in Azure are kept for ninety days",
    severity=Severity.MEDIUM,
    types=(azure.WORKSPACE,),
    why=(
        "An intrusion is often found after months; Azure keeps a workspace's logs for thirty days where nothing "
        "is said."
    ),
    fix="Create the workspace through the component, or set retentionInDays to 90 or more.",
    url="https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure",
)
def check(props: Props) -> Iterator[str]:
    if props.read("retentionInDays", provider_default=30) < _DAYS:
        yield f"retentionInDays must be {_DAYS} or more"
