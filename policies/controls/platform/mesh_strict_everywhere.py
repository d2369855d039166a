"""A mesh takes nothing but mutual TLS, wherever nothing else is said."""

from collections.abc import Iterator

from policies import azure, gcp, meshes, objects
from policies.control import control
from policies.model import Finding, Resource, Severity, Stack

_POLICIES = tuple(f"kubernetes:security.istio.io/{version}:PeerAuthentication" for version in ("v1", "v1beta1"))


@control(
    title="A mesh takes nothing but mutual TLS",
    severity=Severity.HIGH,
    types=(objects.CHART, azure.CLUSTER, gcp.FEATURE_MEMBERSHIP),
    why="Istio takes plain text beside mutual TLS unless a PeerAuthentication in its own namespace says otherwise.",
    fix="Create the mesh through the platform, or a strict PeerAuthentication without selector in its root namespace.",
    url="https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/#lock-down-mutual-tls-for-the-entire-mesh",
)
def check(stack: Stack) -> Iterator[Finding]:
    strict = {objects.namespace_of(each) for each in stack.of_type(*_POLICIES) if _is_strict_for_all(each)}
    for maker, root in meshes.roots(stack):
        if root not in strict:
            yield Finding(resource=maker, message="no PeerAuthentication in its namespace makes the whole mesh strict")


def _is_strict_for_all(policy: Resource) -> bool:
    chosen = policy.props.read("spec.selector.matchLabels", provider_default={})
    return not chosen and policy.props.read("spec.mtls.mode", provider_default="UNSET") == "STRICT"
