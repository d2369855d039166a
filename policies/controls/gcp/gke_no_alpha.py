"""A GKE cluster runs no alpha feature."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A GKE cluster runs no alpha feature",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why="An alpha cluster gets no upgrade and no patch, and Google deletes it after 30 days.",
    fix="Remove enableKubernetesAlpha.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/concepts/alpha-clusters",
)
def check(props: Props) -> Iterator[str]:
    if props.read("enableKubernetesAlpha", provider_default=False):
        yield "enableKubernetesAlpha must be false"
