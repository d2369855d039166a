"""Nobody can bind a role in a GKE cluster to everyone."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nobody can bind a role in a GKE cluster to everyone",
    severity=Severity.HIGH,
    types=(gcp.CLUSTER,),
    why=(
        "system:authenticated is everyone with a Google account, system:unauthenticated is everyone; GKE refuses "
        "such bindings where it is told to."
    ),
    fix="Create the cluster through the component, or set both fields of rbacBindingConfig to false.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/best-practices/rbac",
)
def check(props: Props) -> Iterator[str]:
    for group in ("Authenticated", "Unauthenticated"):
        if props.read(f"rbacBindingConfig.enableInsecureBindingSystem{group}", provider_default=True):
            yield f"rbacBindingConfig.enableInsecureBindingSystem{group} must be false"
