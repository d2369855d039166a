"""Which logs of a resource of Azure go to the cluster's workspace."""

from collections.abc import Sequence

import pulumi
from pulumi_azure_native import monitor

CONTROL_PLANE = (
    "cloud-controller-manager",
    "cluster-autoscaler",
    "guard",
    "kube-apiserver",
    "kube-audit",
    "kube-controller-manager",
    "kube-scheduler",
)
"""What AKS logs; kube-audit holds what kube-audit-admin does, and who read what."""
FIREWALL = ("AZFWApplicationRule", "AZFWDnsQuery", "AZFWNetworkRule", "AZFWThreatIntel")
REGISTRY = ("ContainerRegistryLoginEvents", "ContainerRegistryRepositoryEvents")
VAULT = ("AuditEvent", "AzurePolicyEvaluationDetails")


def send(
    name: str,
    *,
    of: pulumi.Input[str],
    to: pulumi.Input[str],
    categories: Sequence[str],
    opts: pulumi.ResourceOptions,
) -> monitor.DiagnosticSetting:
    """Send the logs of one resource to a workspace, each to a table of its own; how long it keeps them, it says."""
    return monitor.DiagnosticSetting(
        name,
        name="secure-clusters",
        resource_uri=of,
        workspace_id=to,
        log_analytics_destination_type="Dedicated",
        logs=[monitor.DiagnosticsLogSettingsArgs(category=each, enabled=True) for each in categories],
        opts=opts,
    )
