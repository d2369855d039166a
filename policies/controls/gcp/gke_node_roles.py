"""The account of nodes of a GKE cluster may do what nodes need, nothing else."""

from collections.abc import Iterator

from policies import gcp_grants
from policies.control import control
from policies.model import Finding, Severity, Stack

_NEEDED = (
    "roles/artifactregistry.reader",
    "roles/autoscaling.metricsWriter",
    "roles/container.defaultNodeServiceAccount",
    "roles/logging.logWriter",
    "roles/monitoring.metricWriter",
    "roles/monitoring.viewer",
    "roles/stackdriver.resourceMetadata.writer",
)


@control(
    title="The account of nodes of a GKE cluster may do what nodes need, nothing else",
    severity=Severity.HIGH,
    types=gcp_grants.EVERYWHERE,
    why="Every pod that breaks out has it, and a workload that was given a right through its node has given it to all.",
    fix="Create nodes through the component; give workloads identities of their own.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/how-to/service-accounts",
)
def check(stack: Stack) -> Iterator[Finding]:
    accounts = gcp_grants.node_accounts(stack)
    for grant in gcp_grants.grants(stack, *gcp_grants.EVERYWHERE):
        if grant.role not in _NEEDED and accounts.hold(stack, grant):
            yield Finding(resource=grant.resource, message="role must be one that nodes need")
