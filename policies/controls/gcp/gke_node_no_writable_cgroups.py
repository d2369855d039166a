"""Containers of a GKE cluster do not write to control groups."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Containers of a GKE cluster do not write to control groups",
    severity=Severity.LOW,
    types=(gcp.CLUSTER, gcp.NODE_POOL),
    parts=gcp.node_configs,
    why=(
        "Who writes to control groups changes the limits that keep one container from starving the node, and "
        "flaws there have been ways out of containers."
    ),
    fix="Remove containerdConfig.writableCgroups.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/customize-containerd-configuration",
)
def check(nodes: Props) -> Iterator[str]:
    if nodes.read("containerdConfig.writableCgroups.enabled", provider_default=False):
        yield "containerdConfig.writableCgroups.enabled must be false"
