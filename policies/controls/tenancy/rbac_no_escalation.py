"""No role lets its holder gain more rights."""

from collections.abc import Iterator

from policies.control import control
from policies.model import Severity
from policies.values import Props, entries


@control(
    title="No role allows escalate, bind or impersonate",
    severity=Severity.CRITICAL,
    types=(
        "kubernetes:rbac.authorization.k8s.io/v1:Role",
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
    ),
    why="Whoever may escalate, bind or impersonate, or approve certificates and make tokens, can become anybody.",
    fix="Remove the verb or resource; changes of RBAC go through this program.",
    url="https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks",
)
def check(props: Props) -> Iterator[str]:
    in_namespace = props.read("kind", provider_default="") == "Role"
    for index, rule in enumerate(props.read("rules", provider_default=[])):
        for verb in ("bind", "escalate", "impersonate"):
            if verb in entries(rule.get("verbs")):
                yield f"rules[{index}].verbs must not hold {verb}"
        for resource in ("serviceaccounts/token", "certificatesigningrequests/approval", "nodes/proxy"):
            # The token of an account named in its own namespace makes nobody but that account.
            named = in_namespace and resource == "serviceaccounts/token" and entries(rule.get("resourceNames"))
            if resource in entries(rule.get("resources")) and not named:
                yield f"rules[{index}].resources must not hold {resource}"
