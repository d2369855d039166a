"""No firewall rule in Google Cloud lets the whole internet in."""

from collections.abc import Iterator

from policies import gcp
from policies.addresses import is_too_wide
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="No firewall rule in Google Cloud lets the whole internet in",
    severity=Severity.CRITICAL,
    types=(gcp.FIREWALL,),
    why="One such rule opens a port of every machine that it is about to everyone.",
    fix="Name the sources in sourceRanges, or publish through a gateway; a public gateway is waived with its reason.",
    url="https://docs.cloud.google.com/firewall/docs/firewalls",
)
def check(props: Props) -> Iterator[str]:
    if not gcp.lets_in(props):
        raise NotApplicableError("the rule lets nothing in")

    ranges = props.read("sourceRanges", provider_default=[])
    if not ranges and not any(props.read(key, provider_default=[]) for key in ("sourceTags", "sourceServiceAccounts")):
        yield "sourceRanges must name the sources; without any it is everyone"
    for index, text in enumerate(ranges):
        if is_too_wide(text):
            yield f"sourceRanges[{index}] is wider than a /16 (IPv6: /32)"
