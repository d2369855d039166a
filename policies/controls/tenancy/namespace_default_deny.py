"""Every namespace denies what no policy allows."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="Every namespace denies all traffic that no policy allows",
    severity=Severity.HIGH,
    types=("kubernetes:core/v1:Namespace",),
    why="Without a default-deny policy every pod talks to every other, so one broken pod reaches all of them.",
    fix="Create the namespace through a Tenant, or add a NetworkPolicy for all pods with both policyTypes and no rule.",
    url="https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-and-all-egress-traffic",
)
def check(stack: Stack) -> Iterator[Finding]:
    denied: dict[str, set[str]] = {}
    for policy in stack.of_type("kubernetes:networking.k8s.io/v1:NetworkPolicy"):
        directions = denied.setdefault(objects.namespace_of(policy), set())
        directions.update(objects.denied_directions(policy.props))
    for namespace in stack.of_type("kubernetes:core/v1:Namespace"):
        missing = {"Ingress", "Egress"} - denied.get(objects.object_name(namespace), set())
        if missing:
            yield Finding(resource=namespace, message=f"no policy denies all {' and '.join(sorted(missing))}")
