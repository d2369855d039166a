"""A backup of a GKE cluster is encrypted with a key of one's own."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Finding, Severity, Stack

_KEY = "backupConfig.encryptionKey.gcpKmsEncryptionKey"


@control(
    title="A backup of a GKE cluster is encrypted with a key of one's own",
    severity=Severity.MEDIUM,
    types=(gcp.BACKUP_PLAN,),
    why="The backup holds the Secrets of the cluster, outside of what encrypts them there.",
    fix="Choose cluster.backup, or set backupConfig.encryptionKey.gcpKmsEncryptionKey.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/how-to/cmek",
)
def check(stack: Stack) -> Iterator[Finding]:
    for plan in stack.of_type(gcp.BACKUP_PLAN):
        if not gcp.names(stack, plan, plan.props, _KEY, gcp.KEY):
            yield Finding(resource=plan, message=f"{_KEY} must name a key")
