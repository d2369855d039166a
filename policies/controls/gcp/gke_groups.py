"""People get their rights in a GKE cluster through groups."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="People get their rights in a GKE cluster through groups",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER,),
    why=(
        "RBAC can name Google groups only where this is set; otherwise single people are bound, and keep their "
        "rights when they move on."
    ),
    fix="Name the group gke-security-groups@ of your domain in cluster.securityGroup.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/google-groups-rbac",
)
def check(props: Props) -> Iterator[str]:
    group = props.read("authenticatorGroupsConfig.securityGroup", provider_default="")
    if not group.startswith("gke-security-groups@"):
        yield "authenticatorGroupsConfig.securityGroup must be the group gke-security-groups@ of your domain"
