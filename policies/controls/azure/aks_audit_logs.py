"""What the API server of an AKS cluster was asked is logged outside of the cluster."""

from collections.abc import Iterator

from policies import azure
from policies.control import control
from policies.model import Finding, Severity, Stack

_OTHERS = {"cluster-autoscaler", "guard", "kube-controller-manager"}


@control(
    title="What the API server of an AKS cluster was asked is logged outside of the cluster",
    severity=Severity.HIGH,
    types=(azure.CLUSTER,),
    why=(
        "Without the audit log nobody can say who read a secret or opened a shell; Azure keeps none where nobody "
        "asks for it."
    ),
    fix=(
        "Create the cluster through the component, or send kube-audit-admin (or kube-audit), guard, "
        "kube-controller-manager and cluster-autoscaler to a workspace by a DiagnosticSetting."
    ),
    url="https://learn.microsoft.com/azure/aks/monitor-aks#aks-control-planeresource-logs",
)
def check(stack: Stack) -> Iterator[Finding]:
    for cluster in stack.of_type(azure.CLUSTER):
        logged = azure.logged(stack, cluster)
        if "allLogs" in logged:
            continue
        if not logged & {"audit", "kube-audit-admin", "kube-audit"}:
            yield Finding(resource=cluster, message="no DiagnosticSetting sends kube-audit-admin or kube-audit")
        if missing := _OTHERS - logged - ({"guard"} if "audit" in logged else set()):
            yield Finding(resource=cluster, message=f"no DiagnosticSetting sends {', '.join(sorted(missing))}")
