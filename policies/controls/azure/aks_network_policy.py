"""An AKS cluster enforces NetworkPolicies with an engine that is still maintained."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="An AKS cluster enforces NetworkPolicies with an engine that is still maintained",
    severity=Severity.CRITICAL,
    types=(azure.CLUSTER,),
    why=(
        "The API server accepts NetworkPolicies that nothing enforces. Azure's own engine, NPM, is retired: it "
        "has ended on Windows nodes, and ends on Linux in 2028."
    ),
    fix="Create the cluster through the component, or set networkProfile.networkPolicy to cilium.",
    url="https://learn.microsoft.com/azure/aks/use-network-policies",
)
def check(props: Props) -> Iterator[str]:
    preset = azure.by_mode(props, base="none", automatic="cilium")
    engine = props.read("networkProfile.networkPolicy", provider_default=preset)
    if engine not in ("cilium", "calico"):
        yield "networkProfile.networkPolicy must be cilium (or calico)"
