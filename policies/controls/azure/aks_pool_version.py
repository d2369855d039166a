"""Node pools of an AKS cluster have the minor version of its control plane."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Finding, Severity, Stack
from policies.values import Props

_WRONG = "must be that of the cluster's kubernetesVersion"


def _minor(props: Props, key: str) -> str:
    return ".".join(props.read(key, provider_default="").split(".")[:2])


@control(
    title="Node pools of an AKS cluster have the minor version of its control plane",
    severity=Severity.LOW,
    types=(azure.CLUSTER, azure.NODE_POOL),
    why="An older kubelet keeps the flaws that the upgrade was made for, and after three minor versions it is refused.",
    fix="Remove orchestratorVersion: the pools then follow the cluster.",
    url="https://learn.microsoft.com/azure/aks/supported-kubernetes-versions",
)
def check(stack: Stack) -> Iterator[Finding]:
    for cluster in stack.of_type(azure.CLUSTER):
        wanted = _minor(cluster.props, "kubernetesVersion")
        for index, pool in enumerate(cluster.props.read("agentPoolProfiles", provider_default=[])):
            if _minor(pool, "orchestratorVersion") not in ("", wanted):
                yield Finding(resource=cluster, message=f"agentPoolProfiles[{index}].orchestratorVersion {_WRONG}")
        for pool in stack.referring(cluster, "resourceName", azure.NODE_POOL):
            if _minor(pool.props, "orchestratorVersion") not in ("", wanted):
                yield Finding(resource=pool, message=f"orchestratorVersion {_WRONG}")
