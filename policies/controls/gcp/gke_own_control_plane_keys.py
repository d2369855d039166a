"""Disks and backups of a GKE control plane are encrypted with keys of one's own."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Enforcement, Finding, Severity, Stack


@control(
    title="Disks and backups of a GKE control plane are encrypted with keys of one's own",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(gcp.CLUSTER,),
    why=(
        "Otherwise what the control plane stores is Google's to decrypt; with keys of your own each use shows in "
        "your log. It is for those whom law or contract obliges."
    ),
    fix=(
        "Set userManagedKeysConfig.controlPlaneDiskEncryptionKey and gkeopsEtcdBackupEncryptionKey when the "
        "cluster is made."
    ),
    url="https://docs.cloud.google.com/kubernetes-engine/docs/concepts/about-control-plane-authority",
)
def check(stack: Stack) -> Iterator[Finding]:
    for cluster in stack.of_type(gcp.CLUSTER):
        for key in ("controlPlaneDiskEncryptionKey", "gkeopsEtcdBackupEncryptionKey"):
            if not gcp.names(stack, cluster, cluster.props, f"userManagedKeysConfig.{key}", gcp.KEY):
                yield Finding(resource=cluster, message=f"userManagedKeysConfig.{key} must name a key")
