"""Azure's registry removes manifests that no tag names."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Azure's registry removes manifests that no tag names",
    severity=Severity.LOW,
    types=(azure.REGISTRY,),
    why="Images that were replaced stay to be pulled by digest, with every flaw they had.",
    fix="Create the registry through the component, or set policies.retentionPolicy.status to enabled.",
    url="https://learn.microsoft.com/azure/container-registry/container-registry-retention-policy",
)
def check(props: Props) -> Iterator[str]:
    if props.read("policies.retentionPolicy.status", provider_default="disabled") != "enabled":
        yield "policies.retentionPolicy.status must be enabled"
