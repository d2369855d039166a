"""No two namespaces claim the same host."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Finding, Severity, Stack
from policies.values import entries


@control(
    title="Every host belongs to the Ingresses of one namespace",
    severity=Severity.HIGH,
    types=("kubernetes:networking.k8s.io/v1:Ingress",),
    why="Which of two Ingresses answers for a host is chance, so a tenant can take over another tenant's host.",
    fix="Give each namespace hosts of its own.",
    url="https://kubernetes.io/docs/concepts/services-networking/ingress/#name-based-virtual-hosting",
)
def check(stack: Stack) -> Iterator[Finding]:
    namespaces: dict[str, set[str]] = {}
    ingresses = stack.of_type("kubernetes:networking.k8s.io/v1:Ingress")
    hosts = {
        ingress.urn: {rule.get("host") or "" for rule in entries(ingress.props.read("spec.rules", provider_default=[]))}
        for ingress in ingresses
    }
    for ingress in ingresses:
        for host in hosts[ingress.urn]:
            namespaces.setdefault(host, set()).add(objects.namespace_of(ingress))
    for ingress in ingresses:
        if shared := sorted(host for host in hosts[ingress.urn] if len(namespaces[host]) > 1):
            named = ", ".join(host or "the host of rules without one" for host in shared)
            yield Finding(resource=ingress, message=f"another namespace also claims {named}")
