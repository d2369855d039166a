"""A GKE cluster is backed up."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="A GKE cluster is backed up",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER,),
    why="The agent backs up nothing by itself; without a plan the first deletion of a volume is the last word.",
    fix="Choose cluster.backup, or add a gkebackup.BackupPlan for the cluster.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/how-to/backup-plan",
)
def check(stack: Stack) -> Iterator[Finding]:
    for cluster in stack.of_type(gcp.CLUSTER):
        if not gcp.belonging(stack, cluster, "cluster", gcp.BACKUP_PLAN):
            yield Finding(resource=cluster, message="no gkebackup.BackupPlan names it")
