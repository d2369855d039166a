"""A network in Google Cloud denies egress that no rule allows."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Finding, Severity, Stack
from policies.values import Props


def _denies_all(rule: Props) -> bool:
    if rule.read("direction", provider_default="INGRESS") != "EGRESS" or rule.read("disabled", provider_default=False):
        return False
    if any(rule.read(key, provider_default=[]) for key in ("targetTags", "targetServiceAccounts")):
        return False
    everywhere = "0.0.0.0/0" in rule.read("destinationRanges", provider_default=["0.0.0.0/0"])
    denied = [each.read("protocol", provider_default="") for each in rule.read("denies", provider_default=[])]
    return everywhere and "all" in denied


@control(
    title="A network in Google Cloud denies egress that no rule allows",
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.NETWORK,),
    why="By default everything may leave: what breaks in calls home, and takes along what it found.",
    fix=(
        "Create the network through the component, or add a firewall rule with the direction EGRESS that denies "
        "all to 0.0.0.0/0."
    ),
    url="https://docs.cloud.google.com/firewall/docs/using-firewalls",
)
def check(stack: Stack) -> Iterator[Finding]:
    for network in stack.of_type(gcp.NETWORK):
        rules = gcp.belonging(stack, network, "network", gcp.FIREWALL)
        if not any(_denies_all(rule.props) for rule in rules):
            yield Finding(resource=network, message="no firewall rule denies all egress")
