"""Node pools inside an AKS cluster have the minor version of its control plane."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Node pools inside an AKS cluster have the minor version of its control plane",
    severity=Severity.LOW,
    types=(azure.CLUSTER,),
    why="An older kubelet keeps the flaws that the upgrade was made for, and after three minor versions it is refused.",
    fix="Remove agentPoolProfiles[].orchestratorVersion: the pools then follow the cluster.",
    url="https://learn.microsoft.com/azure/aks/supported-kubernetes-versions",
)
def check(props: Props) -> Iterator[str]:
    wanted = props.read("kubernetesVersion", provider_default=None)
    for index, pool in enumerate(props.read("agentPoolProfiles", provider_default=[])):
        version = pool.read("orchestratorVersion", provider_default=wanted)
        if wanted and version.split(".")[:2] != wanted.split(".")[:2]:
            yield f"agentPoolProfiles[{index}].orchestratorVersion must be that of kubernetesVersion"
