"""A backup of a GKE cluster is of all that is in it, and is taken by itself."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A backup of a GKE cluster is of all that is in it, and is taken by itself",
    severity=Severity.MEDIUM,
    types=(gcp.BACKUP_PLAN,),
    why=(
        "A backup that somebody must remember, or that lacks volumes, Secrets or a new namespace, is found to be "
        "none on the day it is needed."
    ),
    fix=(
        "Choose cluster.backup, or set allNamespaces, includeVolumeData and includeSecrets in backupConfig, and "
        "backupSchedule.cronSchedule."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/how-to/backup-plan",
)
def check(props: Props) -> Iterator[str]:
    for key in ("allNamespaces", "includeVolumeData", "includeSecrets"):
        if not props.read(f"backupConfig.{key}", provider_default=False):
            yield f"backupConfig.{key} must be true"
    schedule = props.read("backupSchedule", provider_default=Props({}))
    if not any(schedule.read(key, provider_default=None) for key in ("cronSchedule", "rpoConfig")):
        yield "backupSchedule.cronSchedule must say when"
    if schedule.read("paused", provider_default=False) or props.read("deactivated", provider_default=False):
        yield "backupSchedule.paused and deactivated must be false"
