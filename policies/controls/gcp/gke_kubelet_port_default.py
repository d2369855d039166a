"""New nodes of a GKE cluster have no kubelet port without credentials."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="New nodes of a GKE cluster have no kubelet port without credentials",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why=(
        "On port 10255 every pod reads what runs on a node, with its environment; GKE opens it in pools that it "
        "makes by itself unless the cluster says otherwise."
    ),
    fix=(
        "Create the cluster through the component, or set insecureKubeletReadonlyPortEnabled to FALSE in "
        "nodePoolDefaults.nodeConfigDefaults (Autopilot: nodePoolAutoConfig.nodeKubeletConfig)."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/disable-kubelet-readonly-port",
)
def check(props: Props) -> Iterator[str]:
    path = gcp.by_mode(
        props, standard="nodePoolDefaults.nodeConfigDefaults", autopilot="nodePoolAutoConfig.nodeKubeletConfig"
    )
    if props.read(f"{path}.insecureKubeletReadonlyPortEnabled", provider_default="TRUE").upper() != "FALSE":
        yield f"{path}.insecureKubeletReadonlyPortEnabled must be FALSE"
