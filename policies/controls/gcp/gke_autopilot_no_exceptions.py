"""Autopilot lets no workload out of its limits."""

from collections.abc import Iterator

from policies import gcp
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="Autopilot lets no workload out of its limits",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why=(
        "NET_ADMIN and an allowlist of one's own let containers take over the network or the node that Autopilot "
        "guards."
    ),
    fix="Remove allowNetAdmin and autopilotPrivilegedAdmissions.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/concepts/autopilot-security",
)
def check(props: Props) -> Iterator[str]:
    if not gcp.is_autopilot(props):
        raise NotApplicableError("the limits are those of Autopilot")
    if props.read("allowNetAdmin", provider_default=False):
        yield "allowNetAdmin must be false"
    if set(props.read("autopilotPrivilegedAdmissions", provider_default=[])) - {"gke://*"}:
        yield "autopilotPrivilegedAdmissions must be absent, or name Google's own partners only"
