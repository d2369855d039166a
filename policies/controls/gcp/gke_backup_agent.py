"""A GKE cluster can be backed up."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="A GKE cluster can be backed up",
    severity=Severity.MEDIUM,
    types=(gcp.CLUSTER,),
    why="Manifests come back from a repository; volumes, and what was made past it, come back from a backup only.",
    fix="Choose cluster.backup, or set addonsConfig.gkeBackupAgentConfig.enabled to true.",
    url="https://docs.cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/concepts/backup-for-gke",
)
def check(props: Props) -> Iterator[str]:
    if not props.read("addonsConfig.gkeBackupAgentConfig.enabled", provider_default=False):
        yield "addonsConfig.gkeBackupAgentConfig.enabled must be true"
