"""The account that pods get unasked has no token."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="The default service account of every namespace mounts no token",
    severity=Severity.MEDIUM,
    types=("kubernetes:core/v1:Namespace",),
    why="Every pod that names no account would get a token of the default one, and with it the rights bound to it.",
    fix="Create the namespace through a Tenant, or set automountServiceAccountToken: false on its account.",
    url="https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/",
)
def check(stack: Stack) -> Iterator[Finding]:
    tokenless: set[str] = set()
    for account in stack.of_type("kubernetes:core/v1:ServiceAccount", "kubernetes:core/v1:ServiceAccountPatch"):
        is_default = objects.object_name(account) == "default"
        if is_default and account.props.read("automountServiceAccountToken", provider_default=True) is False:
            tokenless.add(objects.namespace_of(account))
    for namespace in stack.of_type("kubernetes:core/v1:Namespace"):
        if objects.object_name(namespace) not in tokenless:
            message = "the default ServiceAccount must have automountServiceAccountToken: false"
            yield Finding(resource=namespace, message=message)
