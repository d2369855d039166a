"""Deployment safeguards of an AKS cluster refuse, and leave only the system out."""

from collections.abc import Iterator

from policies.control import control
from policies.model import Severity
from policies.values import Props


@control(
    title="Deployment safeguards of an AKS cluster refuse, and leave only the system out",
    severity=Severity.MEDIUM,
    types=("azure-native:containerservice:DeploymentSafeguard",),
    why="At the level Warn they let everything in; each namespace that is left out is a way round them.",
    fix="Set level to Enforce and excludedNamespaces to system namespaces only.",
    url="https://learn.microsoft.com/azure/aks/deployment-safeguards",
)
def check(props: Props) -> Iterator[str]:
    if props.read("level", provider_default="Warn") != "Enforce":
        yield "level must be Enforce"
    for index, namespace in enumerate(props.read("excludedNamespaces", provider_default=[])):
        if not namespace.startswith(("kube-", "aks-", "gatekeeper-", "azure-", "app-routing-", "calico-", "tigera-")):
            yield f"excludedNamespaces[{index}] is no namespace of the system"
