"""Disks of an AKS cluster are encrypted with a key of one's own."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Finding, Severity, Stack


@control(
    title="Disks of an AKS cluster are encrypted with a key of one's own",
    severity=Severity.MEDIUM,
    types=(azure.CLUSTER,),
    why=(
        "With Azure's own key nobody can revoke what was stored, and a copy of a disk can be read wherever Azure "
        "attaches it."
    ),
    fix="Create the cluster through the component, or set diskEncryptionSetID to a disk encryption set.",
    url="https://learn.microsoft.com/azure/aks/azure-disk-customer-managed-keys",
)
def check(stack: Stack) -> Iterator[Finding]:
    for cluster in stack.of_type(azure.CLUSTER):
        if stack.referred(cluster, "diskEncryptionSetID", azure.DISK_ENCRYPTION_SET):
            continue
        if not cluster.props.read("diskEncryptionSetID", provider_default=""):
            yield Finding(resource=cluster, message="diskEncryptionSetID must name a disk encryption set")
