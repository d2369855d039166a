"""No role reads the secrets of the whole cluster."""

from collections.abc import Iterator

from policies import objects
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="No ClusterRoleBinding grants access to secrets",
    severity=Severity.HIGH,
    types=("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",),
    why="Whoever reads every secret holds every service account and every password of the cluster.",
    fix="Bind the role in the namespaces that need it, with a RoleBinding.",
    url="https://kubernetes.io/docs/concepts/security/rbac-good-practices/#listing-secrets",
)
def check(stack: Stack) -> Iterator[Finding]:
    reading = {
        objects.object_name(role)
        for role in stack.of_type("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole")
        if objects.reaches_secrets(role.props)
    }
    for binding in stack.of_type("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"):
        if binding.props.read("roleRef.name", provider_default="") in reading:
            message = "roleRef names a role that reaches secrets, and the binding holds in every namespace"
            yield Finding(resource=binding, message=message)
