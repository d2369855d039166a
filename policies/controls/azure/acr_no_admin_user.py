"""Azure's registry has no admin user."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Azure's registry has no admin user",
    severity=Severity.CRITICAL,
    types=(azure.REGISTRY,),
    why="The admin user is one shared password that may push any image to every cluster, and names nobody in the log.",
    fix="Create the registry through the component, or remove adminUserEnabled.",
    url="https://learn.microsoft.com/azure/container-registry/container-registry-authentication#admin-account",
)
def check(props: Props) -> Iterator[str]:
    if props.read("adminUserEnabled", provider_default=False):
        yield "adminUserEnabled must not be true"
