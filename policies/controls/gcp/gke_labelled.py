"""A GKE cluster says whose it is."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="A GKE cluster says whose it is",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.CLUSTER,),
    why="Who finds a cluster with a flaw must find the team that runs it.",
    fix="Create the cluster through the component, or set resourceLabels.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/creating-managing-labels",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("resourceLabels", provider_default=None):
        yield "resourceLabels must name the owner"
