"""Defender tells every alert, and signs in to the Event Hub as itself."""

from collections.abc import Iterator

from policies import azure
from policies.control import NotApplicableError, control
from policies.model import Enforcement, Severity
from policies.values import Props, entries


@control(
    title="Defender tells every alert, and signs in to the Event Hub as itself",
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ADVISORY,
    types=(azure.AUTOMATION,),
    why="Silence looks like safety where an export is off or filtered; a connection string is a key that lies about.",
    fix="Set detection.findingsTo of the component, or isEnabled and isTrustedServiceEnabled, without rules.",
    url="https://learn.microsoft.com/azure/defender-for-cloud/continuous-export-event-hub-firewall",
)
def check(props: Props) -> Iterator[str]:
    hubs = [
        each
        for each in entries(props.read("actions", provider_default=[]))
        if each.read("actionType", provider_default="") == "EventHub"
    ]
    if not hubs:
        raise NotApplicableError("the automation exports to no Event Hub")
    if not props.read("isEnabled", provider_default=False):
        yield "isEnabled must be true"
    if not props.read("scopes", provider_default=[]):
        yield "scopes must name the subscription"
    for hub in hubs:
        if hub.read("connectionString", provider_default=None) is not None:
            yield "actions[].connectionString must be absent"
        if not hub.read("isTrustedServiceEnabled", provider_default=False):
            yield "actions[].isTrustedServiceEnabled must be true"
    told = [
        each
        for each in entries(props.read("sources", provider_default=[]))
        if each.read("eventSource", provider_default="") == "Alerts" and not each.read("ruleSets", provider_default=[])
    ]
    if not told:
        yield "sources must have Alerts, without ruleSets"
