"""Nobody logs in to nodes of a GKE cluster by a key or over the serial port."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nobody logs in to nodes of a GKE cluster by a key or over the serial port",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER, gcp.NODE_POOL),
    parts=gcp.node_configs,
    why=(
        "Whoever may edit the metadata of the project puts a key into every machine of it that doesn't refuse; a "
        "login leaves no trace in the audit log of the cluster."
    ),
    fix=(
        "Create the node pool through the component, or set block-project-ssh-keys to the text true in "
        "nodeConfig.metadata and remove ssh-keys and serial-port-enable."
    ),
    url="https://docs.cloud.google.com/compute/docs/connect/restrict-ssh-keys",
)
def check(nodes: Props) -> Iterator[str]:
    metadata = nodes.read("metadata", provider_default=Props({}))
    if metadata.read("block-project-ssh-keys", provider_default="false").lower() != "true":
        yield "metadata.block-project-ssh-keys must be the text true"
    if metadata.read("serial-port-enable", provider_default="false").lower() not in ("false", "0"):
        yield "metadata.serial-port-enable must be absent"
    for key in ("ssh-keys", "sshKeys"):
        if key in metadata:
            yield f"metadata.{key} must be absent"
