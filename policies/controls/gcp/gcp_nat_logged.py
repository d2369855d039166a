"""What leaves a network in Google Cloud through NAT is logged."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="What leaves a network in Google Cloud through NAT is logged",
    severity=Severity.MEDIUM,
    types=(gcp.NAT,),
    why=(
        "Behind NAT all nodes share an address: only its log says which of them called the address that the abuse "
        "report names."
    ),
    fix="Create the network through the component, or set logConfig.enable to true and filter to ALL.",
    url="https://docs.cloud.google.com/nat/docs/monitoring",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("logConfig.enable", provider_default=False):
        yield "logConfig.enable must be true"
    elif props.read("logConfig.filter", provider_default="ALL") == "ERRORS_ONLY":
        yield "logConfig.filter must not be ERRORS_ONLY"
