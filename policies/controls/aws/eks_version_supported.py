"""An EKS cluster runs a Kubernetes version in standard support."""

from collections.abc import Iterator

from policies import aws, clock, releases
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="An EKS cluster runs a Kubernetes version in standard support",
    severity=Severity.HIGH,
    types=(aws.CLUSTER,),
    why="After its support a version gets no patch from Kubernetes; AWS then upgrades it by force, on its own day.",
    fix=(
        "Choose cluster.upgrades.channel or a supported cluster.upgrades.version; update components/aws/versions.yaml "
        "if it is behind."
    ),
    url="https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html",
)
def check(props: Props) -> Iterator[str]:
    version = props.read("version", provider_default=None)
    if version is None:
        yield "version must be set: without one the cluster gets whatever is newest on the day it is made"
        return
    end = releases.support_ends("aws", version)
    if end is None:
        yield "version is not in components/aws/versions.yaml"
    elif end < clock.today():
        yield f"version is out of standard support since {end}"
