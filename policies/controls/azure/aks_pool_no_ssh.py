"""Nobody logs in to the nodes of an AKS cluster by SSH."""

from collections.abc import Iterator

from policies import azure
from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props


@control(
    title="Nobody logs in to the nodes of an AKS cluster by SSH",
    severity=Severity.HIGH,
    types=(azure.CLUSTER, azure.NODE_POOL),
    parts=azure.node_pools,
    why=(
        "The SSH server of a node is open to every pod and to the whole network of the cluster; its key is one "
        "for all nodes and names nobody."
    ),
    fix="Create the node pool through the component, or set securityProfile.sshAccess to Disabled.",
    url="https://learn.microsoft.com/azure/aks/manage-ssh-node-access",
)
def check(pool: Props) -> Iterator[str]:
    if pool.read("osType", provider_default="Linux") == "Windows":
        raise NotApplicableError("Azure can disable SSH on Linux nodes only")
    if pool.read("securityProfile.sshAccess", provider_default="LocalUser") != "Disabled":
        yield "securityProfile.sshAccess must be Disabled"
