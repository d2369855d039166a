"""Who pushed to and pulled from Azure's registry is logged."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Finding, Severity, Stack

_EVENTS = {"ContainerRegistryLoginEvents", "ContainerRegistryRepositoryEvents"}


@control(
    title="Who pushed to and pulled from Azure's registry is logged",
    severity=Severity.MEDIUM,
    types=(azure.REGISTRY,),
    why="A malicious image is traced back to the login that pushed it, or not at all.",
    fix=(
        "Create the registry through the component, or send ContainerRegistryLoginEvents and "
        "ContainerRegistryRepositoryEvents to a workspace by a DiagnosticSetting."
    ),
    url="https://learn.microsoft.com/azure/container-registry/monitor-container-registry",
)
def check(stack: Stack) -> Iterator[Finding]:
    for registry in stack.of_type(azure.REGISTRY):
        logged = azure.logged(stack, registry)
        missing = _EVENTS - logged
        if missing and not logged & {"audit", "allLogs"}:
            yield Finding(resource=registry, message=f"no DiagnosticSetting sends {', '.join(sorted(missing))}")
