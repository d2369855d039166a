"""An AKS cluster runs a version of Kubernetes that is supported."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.releases import is_supported
from policies.values import Props


@control(
    title="An AKS cluster runs a version of Kubernetes that is supported",
    severity=Severity.HIGH,
    types=(azure.CLUSTER,),
    why=(
        "After the end of support no flaw is fixed, and Azure upgrades the cluster when it pleases. Where nothing "
        "is said nobody can tell which version will run, nor when it ends."
    ),
    fix=(
        "Choose cluster.upgrades, or set kubernetesVersion to a minor that components/azure/versions.yaml names "
        "as supported."
    ),
    url="https://learn.microsoft.com/azure/aks/supported-kubernetes-versions",
)
def check(props: Props) -> Iterator[str]:
    # paid support for longer has its own plan, and needs the premium tier
    extended = props.read("supportPlan", provider_default="KubernetesOfficial") == "AKSLongTermSupport"
    version = props.read("kubernetesVersion", provider_default="")
    if not is_supported("azure", version, extended=extended):
        yield "kubernetesVersion must be a version that is supported today"
