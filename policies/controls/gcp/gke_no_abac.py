"""A GKE cluster authorises requests by RBAC alone."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A GKE cluster authorises requests by RBAC alone",
    severity=Severity.CRITICAL,
    types=(gcp.CLUSTER,),
    why=(
        "The legacy authorizer gives every service account and every node rights that no role shows and no review "
        "finds."
    ),
    fix="Remove enableLegacyAbac.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster",
)
def check(props: Props) -> Iterator[str]:
    if props.read("enableLegacyAbac", provider_default=False):
        yield "enableLegacyAbac must be false"
