"""Flow logs of a virtual network, in a storage account that takes no key."""

import pulumi
from pulumi_azure_native import network, storage

from .principals import identity
from .roles import Kind, give
from .site import Site

_DAYS = 365
"""Azure keeps them no longer."""


def record(site: Site, network_id: pulumi.Input[str], opts: pulumi.ResourceOptions) -> None:
    """Log every flow of the network, and keep it for a year.

    Azure itself makes the watcher of a region, with its first network. The log is written by an identity: nobody
    else writes, and nobody from the internet reads.
    """
    account = storage.StorageAccount(
        f"{site.name}-flows",
        account_name=site.names.flow_log_account,
        resource_group_name=site.group,
        location=site.region,
        kind="StorageV2",
        sku=storage.SkuArgs(name="Standard_ZRS"),
        allow_blob_public_access=False,
        allow_cross_tenant_replication=False,
        allow_shared_key_access=False,
        default_to_o_auth_authentication=True,
        enable_https_traffic_only=True,
        minimum_tls_version="TLS1_2",
        network_rule_set=storage.NetworkRuleSetArgs(default_action=storage.DefaultAction.DENY, bypass="AzureServices"),
        tags=site.tags,
        # Evidence outlives a cluster.
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(retain_on_delete=True)),
    )
    writer = identity(site, "flows", opts)
    writes = give(
        f"{site.name}-flows",
        site,
        "Storage Blob Data Contributor",
        to=writer.principal_id,
        kind=Kind.WORKLOAD,
        on=account.id,
        opts=pulumi.ResourceOptions(parent=account),
    )
    network.FlowLog(
        site.name,
        flow_log_name=site.name,
        network_watcher_name=f"NetworkWatcher_{site.region}",
        resource_group_name="NetworkWatcherRG",
        location=site.region,
        target_resource_id=network_id,
        storage_id=account.id,
        enabled=True,
        format=network.FlowLogFormatParametersArgs(type="JSON", version=2),
        retention_policy=network.RetentionPolicyParametersArgs(enabled=True, days=_DAYS),
        identity=network.ManagedServiceIdentityArgs(
            type=network.ResourceIdentityType.USER_ASSIGNED, user_assigned_identities=[writer.id]
        ),
        tags=site.tags,
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[writes])),
    )
