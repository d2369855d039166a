"""Every namespace of a Tenant has a quota."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="Every Tenant has a quota in each of its namespaces",
    severity=Severity.MEDIUM,
    types=("secureclusters:tenancy:Tenant",),
    why="A tenant without a quota can starve every other tenant of the cluster.",
    fix="Keep the quota that Tenant creates; change its size with quota in the namespace's settings.",
    url="https://kubernetes.io/docs/concepts/security/multi-tenancy/",
)
def check(stack: Stack) -> Iterator[Finding]:
    limited = objects.namespaces_with_quota(stack)
    for tenant in stack.of_type("secureclusters:tenancy:Tenant"):
        names = list(tenant.props.read("namespaces", provider_default=[]))
        if not names:
            yield Finding(resource=tenant, message="namespaces must hold at least one namespace")
        for name in names:
            if name not in limited:
                yield Finding(resource=tenant, message=f"the namespace {name} has no ResourceQuota")
