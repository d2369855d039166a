"""Every namespace has a quota on what it can take."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="Every namespace has a quota",
    severity=Severity.MEDIUM,
    types=("kubernetes:core/v1:Namespace",),
    why="A namespace without a quota can take the whole cluster's CPU, memory and pods.",
    fix="Create the namespace through a Tenant, or add a ResourceQuota with limits.cpu, limits.memory and pods.",
    url="https://kubernetes.io/docs/concepts/policy/resource-quotas/",
)
def check(stack: Stack) -> Iterator[Finding]:
    limited = objects.namespaces_with_quota(stack)
    for namespace in stack.of_type("kubernetes:core/v1:Namespace"):
        if objects.object_name(namespace) not in limited:
            keys = ", ".join(objects.QUOTA_KEYS)
            yield Finding(resource=namespace, message=f"no ResourceQuota limits all of {keys}")
