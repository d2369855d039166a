"""A firewall rule in Google Cloud writes a log."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="A firewall rule in Google Cloud writes a log",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.FIREWALL,),
    why="A log of what a rule denied shows the scan before the break-in; one of what it let in shows who came.",
    fix="Create the network through the component, or set logConfig.",
    url="https://docs.cloud.google.com/firewall/docs/firewall-rules-logging",
)
def check(props: Props) -> Iterator[str]:
    if props.read("logConfig", provider_default=None) is None:
        yield "logConfig must be there"
