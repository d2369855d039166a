"""Something in the cluster enforces network policies."""

from collections.abc import Iterator

from policies import objects
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="The cluster enforces NetworkPolicies",
    severity=Severity.CRITICAL,
    types=(*objects.CLUSTERS, "secureclusters:tenancy:Tenant"),
    why="The API server accepts NetworkPolicies that nothing enforces: every namespace would only look isolated.",
    fix="Install a network plugin that enforces NetworkPolicies, and name it in cluster.networkPolicyEngine.",
    url="https://kubernetes.io/docs/concepts/services-networking/network-policies/#prerequisites",
)
def check(props: Props) -> Iterator[str]:
    engine = props.read("networkPolicyEngine", provider_default="none")
    if engine == "no-nodes":
        raise NotApplicableError("a cluster without nodes runs no pod")
    if engine == "none":
        yield "networkPolicyEngine must name an engine that enforces NetworkPolicies"
