"""Traffic of a subnet in Google Cloud is logged."""

from collections.abc import Iterator

from policies import gcp
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props

_HALF = 0.5


@control(
    title="Traffic of a subnet in Google Cloud is logged",
    severity=Severity.MEDIUM,
    types=(gcp.SUBNET,),
    why="Without flow logs nobody can say afterwards what an intruder reached.",
    fix=(
        "Create the network through the component, or set logConfig, with flowSampling of 0.5 or more, metadata, "
        "and no filter."
    ),
    url="https://docs.cloud.google.com/vpc/docs/flow-logs",
)
def check(props: Props) -> Iterator[str]:
    if not gcp.holds_machines(props):
        raise NotApplicableError("no machine has an address in it")

    log = props.read("logConfig", provider_default=None)
    if log is None:
        yield "logConfig must be there"
        return
    if log.read("flowSampling", provider_default=_HALF) < _HALF:
        yield f"logConfig.flowSampling must be {_HALF} or more"
    if log.read("metadata", provider_default="INCLUDE_ALL_METADATA") == "EXCLUDE_ALL_METADATA":
        yield "logConfig.metadata must not be EXCLUDE_ALL_METADATA"
    if log.read("filterExpr", provider_default="true") != "true":
        yield "logConfig.filterExpr must be absent"
