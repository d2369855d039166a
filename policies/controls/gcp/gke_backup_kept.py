"""A backup of a GKE cluster outlives whoever breaks in."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A backup of a GKE cluster outlives whoever breaks in",
    severity=Severity.MEDIUM,
    types=(gcp.BACKUP_PLAN,),
    why=(
        "Who encrypts a cluster for ransom deletes its backups first; one that is gone after a few days does not "
        "reach back behind the break-in."
    ),
    fix=(
        "Choose cluster.backup, or set retentionPolicy.backupRetainDays to 14 or more and backupDeleteLockDays to "
        "7 or more."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/how-to/backup-plan",
)
def check(props: Props) -> Iterator[str]:
    for key, least in (("backupRetainDays", 14), ("backupDeleteLockDays", 7)):
        if props.read(f"retentionPolicy.{key}", provider_default=0) < least:
            yield f"retentionPolicy.{key} must be {least} or more"
