"""Nobody copies images out of Azure's registry past its network."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nobody copies images out of Azure's registry past its network",
    severity=Severity.MEDIUM,
    types=(azure.REGISTRY,),
    why=(
        "Import into another registry and export pipelines carry images out through Azure itself, where neither "
        "private endpoint nor firewall sees them."
    ),
    fix="Create the registry through the component, or set policies.exportPolicy.status to disabled.",
    url="https://learn.microsoft.com/azure/container-registry/data-loss-prevention",
)
def check(props: Props) -> Iterator[str]:
    if props.read("policies.exportPolicy.status", provider_default="enabled") != "disabled":
        yield "policies.exportPolicy.status must be disabled"
