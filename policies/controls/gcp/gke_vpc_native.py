"""Pods of a GKE cluster have addresses of their network."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Pods of a GKE cluster have addresses of their network",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER,),
    why="With routes instead, anti-spoofing is off, and neither firewall rules nor flow logs see pods.",
    fix="Create the cluster through the component, or remove networkingMode.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/concepts/alias-ips",
)
def check(props: Props) -> Iterator[str]:
    if props.read("networkingMode", provider_default="VPC_NATIVE") != "VPC_NATIVE":
        yield "networkingMode must be VPC_NATIVE"
