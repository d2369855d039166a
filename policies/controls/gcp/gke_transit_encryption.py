"""Traffic between nodes of a GKE cluster is encrypted by the cluster as well."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props

_ON = "IN_TRANSIT_ENCRYPTION_INTER_NODE_TRANSPARENT"


@control(
    title="Traffic between nodes of a GKE cluster is encrypted by the cluster as well",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.CLUSTER,),
    why=(
        "Google encrypts between its own buildings; with this the packets between two nodes are closed to what "
        "lies between them everywhere."
    ),
    fix="Set inTransitEncryptionConfig to IN_TRANSIT_ENCRYPTION_INTER_NODE_TRANSPARENT; it needs Dataplane V2.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/encrypt-data-in-transit",
)
def check(props: Props) -> Iterator[str]:
    absent = "IN_TRANSIT_ENCRYPTION_DISABLED"
    if props.read("inTransitEncryptionConfig", provider_default=absent) != _ON:
        yield f"inTransitEncryptionConfig must be {_ON}"
