"""A namespace that Azure manages is isolated and limited."""

from collections.abc import Iterator

from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A namespace that Azure manages is isolated and limited",
    severity=Severity.HIGH,
    types=("azure-native:containerservice:ManagedNamespace",),
    why="Where nothing is said its pods reach the whole world, and may take all of the cluster.",
    fix=(
        "Create the namespace through a Tenant, or set properties.defaultNetworkPolicy to DenyAll or "
        "AllowSameNamespace in both directions, with limits in defaultResourceQuota."
    ),
    url="https://learn.microsoft.com/azure/aks/concepts-managed-namespaces",
)
def check(props: Props) -> Iterator[str]:
    for direction, preset in (("ingress", "AllowSameNamespace"), ("egress", "AllowAll")):
        path = f"properties.defaultNetworkPolicy.{direction}"
        if props.read(path, provider_default=preset) == "AllowAll":
            yield f"{path} must be DenyAll or AllowSameNamespace"
    for key in ("cpuLimit", "memoryLimit"):
        if not props.read(f"properties.defaultResourceQuota.{key}", provider_default=None):
            yield f"properties.defaultResourceQuota.{key} must be set"
