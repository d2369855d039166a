"""An AKS cluster has no storage driver that works with a shared account key."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Enforcement, Severity
from policies.values import Props


@control(
    title="An AKS cluster has no storage driver that works with a shared account key",
    severity=Severity.LOW,
    enforcement=Enforcement.ADVISORY,
    types=(azure.CLUSTER,),
    why=(
        "The drivers of Azure Files and Blob put the key of a whole storage account into a Secret of the cluster; "
        "Azure turns the one of Files on unless it is told not to."
    ),
    fix=(
        "Create the cluster through the component, or set storageProfile.fileCSIDriver.enabled and "
        "blobCSIDriver.enabled to false."
    ),
    url="https://learn.microsoft.com/azure/aks/csi-storage-drivers",
)
def check(props: Props) -> Iterator[str]:
    for key, preset in (("fileCSIDriver", True), ("blobCSIDriver", False)):
        if props.read(f"storageProfile.{key}.enabled", provider_default=preset):
            yield f"storageProfile.{key}.enabled must be false"
