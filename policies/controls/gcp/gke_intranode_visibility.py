"""Traffic between pods on one node passes the firewall and the flow logs."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Traffic between pods on one node passes the firewall and the flow logs",
    severity=Severity.LOW,
    types=(gcp.CLUSTER,),
    why=(
        "Without it packets that stay on a node are in no flow log, and no firewall rule of the network holds for them."
    ),
    fix="Create the cluster through the component, or set enableIntranodeVisibility to true.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/intranode-visibility",
)
def check(props: Props) -> Iterator[str]:
    absent = gcp.by_mode(props, standard=False, autopilot=True)
    if not props.read("enableIntranodeVisibility", provider_default=absent):
        yield "enableIntranodeVisibility must be true"
