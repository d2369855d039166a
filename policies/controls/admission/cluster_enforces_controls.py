"""What the pull request check rejects, the cluster rejects too."""

from collections.abc import Iterator

from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="The cluster itself refuses what violates a mandatory control",
    severity=Severity.HIGH,
    types=("secureclusters:existing:Cluster", "secureclusters:admission:Policies"),
    why="A check before the update sees only what goes through this program; anybody with rights has other ways.",
    fix="Declare admission, and leave its rollout at deny (deny-new for a cluster with a past).",
    url="https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/",
)
def check(stack: Stack) -> Iterator[Finding]:
    clusters = stack.of_type("secureclusters:existing:Cluster")
    if any(each.props.read("networkPolicyEngine", provider_default="none") == "no-nodes" for each in clusters):
        return  # a cluster without nodes runs no pod
    admissions = stack.of_type("secureclusters:admission:Policies")
    for admission in admissions:
        if admission.props.read("rollout", provider_default="audit") not in ("deny", "deny-new"):
            yield Finding(resource=admission, message="rollout must be deny or deny-new")
    if not admissions:
        for cluster in clusters:
            yield Finding(resource=cluster, message="no admission policies are declared beside the cluster")
