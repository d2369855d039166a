"""An EKS cluster starts without add-ons that nobody keeps."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="An EKS cluster starts without add-ons that nobody keeps",
    severity=Severity.MEDIUM,
    types=(aws.CLUSTER,),
    why=(
        "What EKS installs by itself keeps the version of its first day, runs with the nodes' role and enforces no "
        "NetworkPolicy."
    ),
    fix="Create the cluster through the component, or set bootstrapSelfManagedAddons to false.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("bootstrapSelfManagedAddons", provider_default=True):
        yield "bootstrapSelfManagedAddons must be false"
