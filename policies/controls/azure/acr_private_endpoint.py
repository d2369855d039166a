"""Azure's registry is reached by a private endpoint."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="Azure's registry is reached by a private endpoint",
    severity=Severity.HIGH,
    types=(azure.REGISTRY,),
    why=(
        "A registry that is closed to the internet and has no endpoint serves nobody: sooner or later somebody "
        "opens it."
    ),
    fix="Create the registry through the component, or add a PrivateEndpoint with the group registry.",
    url="https://learn.microsoft.com/azure/container-registry/container-registry-private-link",
)
def check(stack: Stack) -> Iterator[Finding]:
    for registry in stack.of_type(azure.REGISTRY):
        endpoints = stack.referring(registry, "privateLinkServiceConnections", azure.PRIVATE_ENDPOINT)
        groups = {
            group
            for endpoint in endpoints
            for connection in endpoint.props.read("privateLinkServiceConnections", provider_default=[])
            for group in connection.read("groupIds", provider_default=[])
        }
        if "registry" not in groups:
            yield Finding(resource=registry, message="no PrivateEndpoint with the group registry leads to it")
