"""A gateway of the mesh lets nobody through whom no policy allows."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Finding, Resource, Severity, Stack

_GATEWAYS = tuple(f"kubernetes:gateway.networking.k8s.io/{version}:Gateway" for version in ("v1", "v1beta1"))
_POLICIES = tuple(f"kubernetes:security.istio.io/{version}:AuthorizationPolicy" for version in ("v1", "v1beta1"))


@control(
    title="A gateway of the mesh denies callers that no policy allows",
    severity=Severity.HIGH,
    types=_GATEWAYS,
    why="Pods behind a gateway see its identity alone; without a policy of its own it lends that to every caller.",
    fix="Let the platform make the gateway, or add an AuthorizationPolicy with targetRefs to it and without rules.",
    url="https://istio.io/latest/docs/ambient/usage/l7-features/#targeting-policies",
)
def check(stack: Stack) -> Iterator[Finding]:
    denied = {key for each in stack.of_type(*_POLICIES) for key in _denied(each)}
    for gateway in stack.of_type(*_GATEWAYS):
        if gateway.props.read("spec.gatewayClassName", provider_default="") != "istio-waypoint":
            continue
        if (objects.namespace_of(gateway), objects.object_name(gateway)) not in denied:
            yield Finding(resource=gateway, message="no AuthorizationPolicy denies every caller at it")


def _denied(policy: Resource) -> Iterator[tuple[str | None, str]]:
    """Yield the gateways at which a policy allows nothing; an absent action is ALLOW."""
    read = policy.props.read
    if read("spec.action", provider_default="ALLOW") == "ALLOW" and not read("spec.rules", provider_default=[]):
        for target in read("spec.targetRefs", provider_default=[]):
            if target.get("kind") == "Gateway":
                yield objects.namespace_of(policy), target["name"]
