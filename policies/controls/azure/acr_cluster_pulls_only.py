"""An AKS cluster may only pull from Azure's registry."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Finding, Resource, Severity, Stack

# Source: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers
_PULL = ("7f951dda-4ed3-4680-a7ca-43fe172d538d", "b93aa761-3e63-49ed-ac28-beffa264f7ac")
_IDENTITIES = ("identity", "identityProfile")


def _role(assignment: Resource) -> str:
    return assignment.props.read("roleDefinitionId", provider_default="").rsplit("/", 1)[-1].lower()


@control(
    title="An AKS cluster may only pull from Azure's registry",
    severity=Severity.HIGH,
    types=(azure.ROLE_ASSIGNMENT,),
    why="Any pod that takes the identity of its node could push an image that every other cluster then starts.",
    fix=(
        "Give the cluster's kubelet the role AcrPull, or Container Registry Repository Reader, and no other on "
        "the registry."
    ),
    url="https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-overview",
)
def check(stack: Stack) -> Iterator[Finding]:
    for cluster in stack.of_type(azure.CLUSTER):
        own = [cluster, *(each for key in _IDENTITIES for each in stack.referred(cluster, key, azure.IDENTITY))]
        for assignment in [each for one in own for each in stack.referring(one, "principalId", azure.ROLE_ASSIGNMENT)]:
            if stack.referred(assignment, "scope", azure.REGISTRY) and _role(assignment) not in _PULL:
                yield Finding(resource=assignment, message="roleDefinitionId must be AcrPull or Repository Reader")
