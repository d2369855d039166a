"""Developers open no shell in production."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="No developer may open a shell in production",
    severity=Severity.HIGH,
    types=("secureclusters:tenancy:Tenant",),
    why="A shell in a running container bypasses review, the image scan and the audit of what changed.",
    fix="Leave tier at production; operators and break-glass debug there.",
    url="https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege",
)
def check(stack: Stack) -> Iterator[Finding]:
    debugged = {
        objects.namespace_of(binding)
        for binding in stack.of_type("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding")
        if binding.props.read("roleRef.name", provider_default="") == "secure-clusters-debugger"
    }
    for tenant in stack.of_type("secureclusters:tenancy:Tenant"):
        if tenant.props.read("production", provider_default=True):
            for name in tenant.props.read("namespaces", provider_default=[]):
                if name in debugged:
                    yield Finding(resource=tenant, message=f"the namespace {name} binds secure-clusters-debugger")
