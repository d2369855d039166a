"""Whoever creates an EKS cluster is not its administrator by that."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Whoever creates an EKS cluster is not its administrator by that",
    severity=Severity.HIGH,
    types=(aws.CLUSTER,),
    why=(
        "An administrator whom no access entry names is overlooked in every review, and another one after each rebuild."
    ),
    fix=(
        "Name administrators in cluster.breakGlass, or set accessConfig.bootstrapClusterCreatorAdminPermissions to "
        "false."
    ),
    url="https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html",
)
def check(props: Props) -> Iterator[str]:
    if props.read("accessConfig.bootstrapClusterCreatorAdminPermissions", provider_default=True):
        yield "accessConfig.bootstrapClusterCreatorAdminPermissions must be false"
