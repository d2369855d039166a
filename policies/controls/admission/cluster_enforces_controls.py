"""What the pull request check rejects, the cluster rejects too."""

from collections.abc import Iterator

from policies import objects
from policies.control import NotApplicableError, control
from policies.model import Finding, Resource, Severity, Stack


def _waits(cluster: Resource) -> bool:
    """Return whether a cluster in a cloud is in its first phase; an existing one has a kubeconfig."""
    through = cluster.props.read("endpoint.reachableThrough", provider_default="nothing-yet")
    return cluster.type != objects.EXISTING and through == "nothing-yet"


@control(
    title="The cluster itself refuses what violates a mandatory control",
    severity=Severity.HIGH,
    types=(*objects.CLUSTERS, "secureclusters:admission:Policies"),
    why="A check before the update sees only what goes through this program; anybody with rights has other ways.",
    fix="Declare admission, and leave its rollout at deny (deny-new for a cluster with a past).",
    url="https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/",
)
def check(stack: Stack) -> Iterator[Finding]:
    clusters = stack.of_type(*objects.CLUSTERS)
    if any(each.props.read("networkPolicyEngine", provider_default="none") == "no-nodes" for each in clusters):
        return  # a cluster without nodes runs no pod
    admissions = stack.of_type("secureclusters:admission:Policies")
    if clusters and not admissions and all(_waits(each) for each in clusters):
        raise NotApplicableError("nothing reaches the API server yet: what lies in the cluster comes after it")
    for admission in admissions:
        if admission.props.read("rollout", provider_default="audit") not in ("deny", "deny-new"):
            yield Finding(resource=admission, message="rollout must be deny or deny-new")
    if not admissions:
        for cluster in clusters:
            yield Finding(resource=cluster, message="no admission policies are declared beside the cluster")
