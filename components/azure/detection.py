"""What sees an attack on an AKS cluster: a workspace with its logs, and Defender."""

import pulumi
from pulumi_azure_native import operationalinsights, security

from ..cloud import Managed
from ..options import below
from .service_model import AksDetection
from .site import Site

_EXTENSIONS = (
    "AgentlessDiscoveryForKubernetes",
    "AgentlessVmScanning",
    "ContainerRegistriesVulnerabilityAssessments",
    "ContainerSensor",
)
"""Parts of the plan: who may do what in the cluster, its nodes, its images, what runs."""


class Detection(pulumi.ComponentResource):
    """A workspace that keeps the cluster's logs for a year and takes no shared key, and Defender's plan.

    The plan scans images in the subscription's registries, and lets Defender watch what runs in its clusters. A
    subscription has one: where the organization's security team keeps it, say `organization`.

    Controls: those in policies/controls/azure that judge workspaces and plans of Defender.
    """

    workspace_id: pulumi.Output[str]
    """The workspace that logs are sent to."""
    resources: list[pulumi.Resource]
    """What watches; the cluster waits for it."""

    def __init__(
        self, name: str, site: Site, args: AksDetection, *, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Create them."""
        declared = {"cluster": site.name, **args.model_dump(mode="json", by_alias=True)}
        super().__init__("secureclusters:azure:Detection", name, declared, opts)
        children = below(self, opts)
        workspace = operationalinsights.Workspace(
            f"{site.name}-logs",
            workspace_name=f"{site.name}-logs",
            resource_group_name=site.group,
            location=site.region,
            sku=operationalinsights.WorkspaceSkuArgs(name="PerGB2018"),
            retention_in_days=args.log_retention_days,
            features=operationalinsights.WorkspaceFeaturesArgs(
                disable_local_auth=True, enable_log_access_using_only_resource_permissions=False
            ),
            tags=site.tags,
            # Evidence outlives a cluster.
            opts=pulumi.ResourceOptions.merge(children, pulumi.ResourceOptions(retain_on_delete=True)),
        )
        self.workspace_id = workspace.id
        self.resources = [workspace]
        if args.defender is Managed.HERE:
            self.resources.append(_defender(site, children))
        if args.findings_to is not None:
            self.resources.append(_tell(site, args.findings_to, children))
        self.register_outputs(declared)


def _defender(site: Site, opts: pulumi.ResourceOptions) -> security.Pricing:
    return security.Pricing(
        f"{site.name}-containers",
        pricing_name="Containers",
        pricing_tier="Standard",
        scope_id=site.names.scope,
        extensions=[security.ExtensionArgs(name=each, is_enabled="True") for each in _EXTENSIONS],
        # It is the subscription's: another cluster may rely on it.
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(retain_on_delete=True)),
    )


def _tell(site: Site, hub: str, opts: pulumi.ResourceOptions) -> security.Automation:
    return security.Automation(
        f"{site.name}-alerts",
        automation_name=f"{site.name}-alerts",
        resource_group_name=site.group,
        location=site.region,
        description="Alerts of Defender to whoever answers them",
        is_enabled=True,
        scopes=[
            security.AutomationScopeArgs(scope_path=f"/{site.names.scope}", description="The cluster's subscription")
        ],
        sources=[security.AutomationSourceArgs(event_source="Alerts")],
        # As a trusted service Defender signs in as itself; otherwise a connection string would lie in the state.
        actions=[
            security.AutomationActionEventHubArgs(
                action_type="EventHub", event_hub_resource_id=hub, is_trusted_service_enabled=True
            )
        ],
        tags=site.tags,
        opts=opts,
    )
