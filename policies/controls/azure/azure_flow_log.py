"""A flow log in Azure is whole, and kept for ninety days."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props

_DAYS = 90


@control(
    title="A flow log in Azure is whole, and kept for ninety days",
    severity=Severity.MEDIUM,
    types=(azure.FLOW_LOG,),
    why=(
        "A log that is off, filtered or gone after a week answers no question about an intrusion that is found "
        "after a month."
    ),
    fix=(
        "Create the network through the component, or set enabled, remove enabledFilteringCriteria, and keep 90 "
        "days or for ever (0)."
    ),
    url="https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("enabled", provider_default=False):
        yield "enabled must be true"
    if props.read("enabledFilteringCriteria", provider_default=""):
        yield "enabledFilteringCriteria must be absent"
    kept = props.read("retentionPolicy.days", provider_default=0)
    if props.read("retentionPolicy.enabled", provider_default=False) and 0 < kept < _DAYS:
        yield f"retentionPolicy.days must be {_DAYS} or more, or 0 for ever"
