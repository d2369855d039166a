"""What is collected of a cluster that is there: logs of its control plane and containers, and metrics."""

import pulumi
from pulumi_azure_native import containerservice, monitor

from . import logs
from .site import Site

_STREAMS = ("Microsoft-ContainerInsights-Group-Default",)
_EXTENSION = "ContainerInsightsExtension"
"""The names by which AKS's agents know what to collect."""
_METRICS = "ContainerInsightsMetricsExtension"


def collect(
    site: Site, cluster: containerservice.ManagedCluster, workspace_id: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> None:
    """Send control-plane logs to the workspace, and tell the agents on the nodes where logs and metrics go.

    An agent signs in as an identity, so a rule that is associated with the cluster says what it sends.
    """
    logs.send(site.name, of=cluster.id, to=workspace_id, categories=logs.CONTROL_PLANE, opts=opts)
    rule = monitor.DataCollectionRule(
        f"{site.name}-containers",
        data_collection_rule_name=f"{site.name}-containers",
        resource_group_name=site.group,
        location=site.region,
        kind="Linux",
        data_sources=monitor.DataCollectionRuleDataSourcesArgs(
            extensions=[
                monitor.ExtensionDataSourceArgs(name=_EXTENSION, extension_name="ContainerInsights", streams=_STREAMS)
            ]
        ),
        destinations=monitor.DataCollectionRuleDestinationsArgs(
            log_analytics=[monitor.LogAnalyticsDestinationArgs(name="workspace", workspace_resource_id=workspace_id)]
        ),
        data_flows=[monitor.DataFlowArgs(streams=_STREAMS, destinations=["workspace"])],
        tags=site.tags,
        opts=opts,
    )
    metrics = monitor.AzureMonitorWorkspace(
        f"{site.name}-metrics",
        azure_monitor_workspace_name=f"{site.name}-metrics",
        resource_group_name=site.group,
        location=site.region,
        tags=site.tags,
        opts=opts,
    )
    # Azure makes the rule of a metrics workspace itself.
    own = metrics.default_ingestion_settings.apply(lambda settings: settings.data_collection_rule_resource_id)
    for name, rule_id in ((_EXTENSION, rule.id), (_METRICS, own)):
        monitor.DataCollectionRuleAssociation(
            f"{site.name}-{name}",
            association_name=name,
            data_collection_rule_id=rule_id,
            resource_uri=cluster.id,
            opts=opts,
        )
