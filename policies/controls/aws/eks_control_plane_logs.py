"""The control plane of an EKS cluster writes all of its logs."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props

_ALL = {"api", "audit", "authenticator", "controllerManager", "scheduler"}


@control(
    title="The control plane of an EKS cluster writes all of its logs",
    severity=Severity.HIGH,
    types=(aws.CLUSTER,),
    why="Without the audit and authenticator logs nobody can say afterwards who did what.",
    fix="Create the cluster through the component, or set enabledClusterLogTypes to all five.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html",
)
def check(props: Props) -> Iterator[str]:
    enabled = set(props.read("enabledClusterLogTypes", provider_default=[]))
    for missing in sorted(_ALL - enabled):
        yield f"enabledClusterLogTypes must hold {missing}"
