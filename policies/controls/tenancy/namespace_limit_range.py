"""Every namespace bounds what one pod can take."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Finding, Severity, Stack
from policies.values import entries


@control(
    title="Every namespace limits what one pod can take",
    severity=Severity.LOW,
    types=("kubernetes:core/v1:Namespace",),
    why="A quota alone lets one pod take all of it.",
    fix="Create the namespace through a Tenant, or add a LimitRange with a ceiling of type Pod for cpu and memory.",
    url="https://kubernetes.io/docs/concepts/policy/limit-range/",
)
def check(stack: Stack) -> Iterator[Finding]:
    bounded: set[str] = set()
    for limits in stack.of_type("kubernetes:core/v1:LimitRange"):
        for item in limits.props.read("spec.limits", provider_default=[]):
            ceilings = set(entries(item.get("max")))
            if item.get("type") in ("Pod", "Container") and {"cpu", "memory"} <= ceilings:
                bounded.add(objects.namespace_of(limits))
    for namespace in stack.of_type("kubernetes:core/v1:Namespace"):
        if objects.object_name(namespace) not in bounded:
            yield Finding(resource=namespace, message="no LimitRange bounds cpu and memory of a pod or container")
