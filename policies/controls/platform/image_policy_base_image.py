"""What a tenant's images are built on is attested."""

from collections.abc import Iterator

from policies import meshes, objects
from policies.control import control
from policies.model import Finding, Resource, Severity, Stack
from policies.values import entries

_NAME = "base-image"
_TENANT = "secureclusters.dev/tenant"


@control(
    title="What a tenant's images are built on is attested",
    severity=Severity.MEDIUM,
    types=objects.IMAGE_POLICIES,
    why="A signature says who built an image, not what is in it: a shell and a package manager serve an intruder.",
    fix="Leave imageTrust.tenants.NAME.baseImages at the distroless ones, or name those that are allowed.",
    url="https://github.com/GoogleContainerTools/distroless",
)
def check(stack: Stack) -> Iterator[Finding]:
    policies = stack.of_type(*objects.IMAGE_POLICIES)
    attested = {_tenant(policy) for policy in policies if _demands_base_image(policy)}
    for policy in policies:
        if _tenant(policy) not in attested and not meshes.is_about_proxies(policy.props):
            message = f"no policy of the tenant demands an attestation named {_NAME} of every authority"
            yield Finding(resource=policy, message=message)


def _tenant(policy: Resource) -> str:
    """Return the tenant that a policy is about; without a label it is about itself alone."""
    labels = policy.props.read("metadata.labels", provider_default={})
    return labels.get(_TENANT) or f"policy {objects.object_name(policy)}"


def _demands_base_image(policy: Resource) -> bool:
    authorities = entries(policy.props.read("spec.authorities", provider_default=[]))
    names = [[each.get("name") for each in entries(authority.get("attestations"))] for authority in authorities]
    return bool(names) and all(_NAME in each for each in names)
