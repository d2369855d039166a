"""Whoever has access to an EKS cluster is a role that stays what it is."""

from collections.abc import Iterator

from policies import aws
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Whoever has access to an EKS cluster is a role that stays what it is",
    severity=Severity.HIGH,
    types=(aws.ACCESS_ENTRY, aws.ACCESS_POLICY),
    why=(
        "Sessions and generated single sign-on roles are others tomorrow: nobody can get in any more, or somebody "
        "else can."
    ),
    fix="Name lasting roles in cluster.breakGlass, cluster.deployer and cluster.access.",
    url="https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html",
)
def check(props: Props) -> Iterator[str]:
    principal = props.read("principalArn", provider_default="")
    if wrong := aws.lasting(principal):
        yield f"principalArn {wrong}"
