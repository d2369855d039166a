"""Metrics of a GKE cluster are collected."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props

_DEFAULT = "monitoring.googleapis.com/kubernetes"


@control(
    title="Metrics of a GKE cluster are collected",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER,),
    why="Without metrics nobody sees a node that mines coins, nor a control plane that is overrun.",
    fix=(
        "Create the cluster through the component; keep SYSTEM_COMPONENTS in monitoringConfig.enableComponents "
        "and remove monitoringService."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/configure-metrics",
)
def check(props: Props) -> Iterator[str]:
    if props.read("monitoringService", provider_default=_DEFAULT) != _DEFAULT:
        yield f"monitoringService must be {_DEFAULT}"
    if "SYSTEM_COMPONENTS" not in props.read(
        "monitoringConfig.enableComponents", provider_default=["SYSTEM_COMPONENTS"]
    ):
        yield "monitoringConfig.enableComponents lacks SYSTEM_COMPONENTS"
