"""A GKE cluster forwards packets with Dataplane V2."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="A GKE cluster forwards packets with Dataplane V2",
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.CLUSTER,),
    why=(
        "It enforces NetworkPolicies in the kernel from the first packet of a pod, logs what it denies and knows "
        "policies on names; Calico on the old datapath does neither."
    ),
    fix="Create the cluster through the component; datapathProvider can't be changed later.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/concepts/dataplane-v2",
)
def check(props: Props) -> Iterator[str]:
    absent = gcp.by_mode(props, standard="LEGACY_DATAPATH", autopilot="ADVANCED_DATAPATH")
    if props.read("datapathProvider", provider_default=absent) != "ADVANCED_DATAPATH":
        yield "datapathProvider must be ADVANCED_DATAPATH"
