"""No role holds every verb, resource or API group."""

from collections.abc import Iterator

from policies.control import control
from policies.model import Severity
from policies.values import Props, entries


@control(
    title="No role has a wildcard",
    severity=Severity.HIGH,
    types=(
        "kubernetes:rbac.authorization.k8s.io/v1:Role",
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
    ),
    why="A wildcard also grants what is added to the cluster tomorrow.",
    fix="Name the verbs, resources and API groups that are needed, or bind one of the ready roles.",
    url="https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege",
)
def check(props: Props) -> Iterator[str]:
    for index, rule in enumerate(props.read("rules", provider_default=[])):
        for key in ("apiGroups", "resources", "verbs", "nonResourceURLs"):
            if any("*" in entry for entry in entries(rule.get(key))):
                yield f"rules[{index}].{key} must not hold a wildcard"
