"""A namespace in the mesh denies every caller that no policy allows."""

from collections.abc import Iterator

from policies import meshes, objects
from policies.control import control
from policies.model import Finding, Resource, Severity, Stack

_POLICIES = tuple(f"kubernetes:security.istio.io/{version}:AuthorizationPolicy" for version in ("v1", "v1beta1"))


@control(
    title="Every namespace in the mesh denies callers that no policy allows",
    severity=Severity.HIGH,
    types=("kubernetes:core/v1:Namespace",),
    why="Pods that no AuthorizationPolicy is about take every caller in the mesh.",
    fix="Create the namespace through a Tenant, or add an AuthorizationPolicy without selector and without rules.",
    url="https://istio.io/latest/docs/concepts/security/#allow-nothing-deny-all-and-allow-all-policy",
)
def check(stack: Stack) -> Iterator[Finding]:
    denied = {objects.namespace_of(each) for each in stack.of_type(*_POLICIES) if _denies_all(each)}
    for namespace in stack.of_type("kubernetes:core/v1:Namespace"):
        labels = namespace.props.read("metadata.labels", provider_default={})
        if meshes.takes_in(labels) and objects.object_name(namespace) not in denied:
            yield Finding(resource=namespace, message="no AuthorizationPolicy denies every caller of its pods")


def _denies_all(policy: Resource) -> bool:
    """Return whether a policy is about every pod of its namespace and allows nothing; an absent action is ALLOW."""
    read = policy.props.read
    chosen = read("spec.selector.matchLabels", provider_default={}) or any(
        read(f"spec.{key}", provider_default=None) for key in ("targetRef", "targetRefs")
    )
    allows = read("spec.action", provider_default="ALLOW") == "ALLOW"
    return allows and not chosen and not read("spec.rules", provider_default=[])
