"""Somebody besides the deployer can administer a GKE cluster."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Somebody besides the deployer can administer a GKE cluster",
    severity=Severity.HIGH,
    types=(gcp.COMPONENT,),
    why="When the pipeline's account is lost or broken, nobody else gets in.",
    fix="Name a group in cluster.breakGlass.",
    url="https://docs.cloud.google.com/iam/docs/using-iam-securely",
)
def check(props: Props) -> Iterator[str]:
    named = set(props.read("breakGlass", provider_default=[])) - {props.read("deployer", provider_default="")}
    if not named:
        yield "breakGlass must name a group, besides the deployer"
    if any(each.startswith("user:") for each in named):
        yield "breakGlass must name groups, not people"
