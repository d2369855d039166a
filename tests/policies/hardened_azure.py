"""A hardened AKS cluster in plain azure-native, as a program without our components would write it."""

import pulumi_azure_native as az
from pulumi_azure_native import containerservice as aks

ROLES = "/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions"
GROUP = "3b1d3a6e-0c64-4c9f-9d55-5f5b6cf0a001"
DAY = aks.ScheduleArgs(weekly=aks.WeeklyScheduleArgs(day_of_week="Sunday", interval_weeks=1))


def program() -> None:
    group = az.resources.ResourceGroup("group")
    workspace = az.operationalinsights.Workspace(
        "logs",
        resource_group_name=group.name,
        retention_in_days=90,
        features=az.operationalinsights.WorkspaceFeaturesArgs(disable_local_auth=True),
    )
    subnet = _network(group)
    key, vault = _vault(group)
    disks = az.compute.DiskEncryptionSet(
        "disks",
        resource_group_name=group.name,
        active_key=az.compute.KeyForDiskEncryptionSetArgs(key_url=key.key_uri_with_version),
        rotation_to_latest_key_version_enabled=True,
    )
    registry = _registry(group, subnet)
    identity = az.managedidentity.UserAssignedIdentity("identity", resource_group_name=group.name)
    cluster = _cluster(group, subnet, disks, key, vault, identity, workspace)
    _around(cluster, registry, vault, identity, workspace)


def _network(group: az.resources.ResourceGroup) -> az.network.Subnet:
    network = az.network.VirtualNetwork("network", resource_group_name=group.name)
    rules = az.network.NetworkSecurityGroup("rules", resource_group_name=group.name)
    az.network.FlowLog(
        "flows",
        resource_group_name="NetworkWatcherRG",
        network_watcher_name="watcher",
        storage_id="/subscriptions/x",
        target_resource_id=network.id,
        enabled=True,
    )
    return az.network.Subnet(
        "nodes",
        resource_group_name=group.name,
        virtual_network_name=network.name,
        address_prefix="10.0.0.0/24",
        default_outbound_access=False,
        network_security_group=az.network.NetworkSecurityGroupArgs(id=rules.id),
    )


def _vault(group: az.resources.ResourceGroup) -> tuple[az.keyvault.Key, az.keyvault.Vault]:
    vault = az.keyvault.Vault(
        "vault",
        resource_group_name=group.name,
        properties=az.keyvault.VaultPropertiesArgs(
            sku=az.keyvault.SkuArgs(family="A", name="premium"),
            tenant_id=GROUP,
            enable_purge_protection=True,
            enable_rbac_authorization=True,
            public_network_access="Disabled",
        ),
    )
    rotate = az.keyvault.LifetimeActionArgs(
        action=az.keyvault.ActionArgs(type=az.keyvault.KeyRotationPolicyActionType.ROTATE),
        trigger=az.keyvault.TriggerArgs(time_after_create="P90D"),
    )
    key = az.keyvault.Key(
        "key",
        resource_group_name=group.name,
        vault_name=vault.name,
        properties=az.keyvault.KeyPropertiesArgs(
            kty="RSA-HSM", rotation_policy=az.keyvault.RotationPolicyArgs(lifetime_actions=[rotate])
        ),
    )
    return key, vault


def _registry(group: az.resources.ResourceGroup, subnet: az.network.Subnet) -> az.containerregistry.Registry:
    registry = az.containerregistry.Registry(
        "registry",
        resource_group_name=group.name,
        sku=az.containerregistry.SkuArgs(name="Premium"),
        public_network_access="Disabled",
        data_endpoint_enabled=True,
        policies=az.containerregistry.PoliciesArgs(
            export_policy=az.containerregistry.ExportPolicyArgs(status="disabled"),
            retention_policy=az.containerregistry.RetentionPolicyArgs(status="enabled", days=30),
        ),
    )
    az.network.PrivateEndpoint(
        "endpoint",
        resource_group_name=group.name,
        subnet=az.network.SubnetArgs(id=subnet.id),
        private_link_service_connections=[
            az.network.PrivateLinkServiceConnectionArgs(private_link_service_id=registry.id, group_ids=["registry"])
        ],
    )
    return registry


def _pool_settings(subnet: az.network.Subnet, mode: str) -> dict[str, object]:
    return {
        "mode": mode,
        "vm_size": "Standard_D4ds_v5",
        "vnet_subnet_id": subnet.id,
        "os_sku": "AzureLinux3",
        "os_disk_type": "Ephemeral",
        "enable_encryption_at_host": True,
        "enable_auto_scaling": True,
        "min_count": 3,
        "max_count": 6,
        "availability_zones": ["1", "2", "3"],
        "security_profile": aks.AgentPoolSecurityProfileArgs(
            enable_secure_boot=True, enable_vtpm=True, ssh_access="Disabled"
        ),
        "upgrade_settings": aks.AgentPoolUpgradeSettingsArgs(
            max_surge="33%", undrainable_node_behavior="Cordon", node_soak_duration_in_minutes=10
        ),
    }


def _cluster(
    group: az.resources.ResourceGroup,
    subnet: az.network.Subnet,
    disks: az.compute.DiskEncryptionSet,
    key: az.keyvault.Key,
    vault: az.keyvault.Vault,
    identity: az.managedidentity.UserAssignedIdentity,
    workspace: az.operationalinsights.Workspace,
) -> aks.ManagedCluster:
    system = _pool_settings(subnet, "System") | {"node_taints": ["CriticalAddonsOnly=true:NoSchedule"]}
    cluster = aks.ManagedCluster(
        "cluster",
        resource_group_name=group.name,
        kubernetes_version="1.36",
        sku=aks.ManagedClusterSKUArgs(name="Base", tier="Standard"),
        identity=aks.ManagedClusterIdentityArgs(
            type=aks.ResourceIdentityType.USER_ASSIGNED, user_assigned_identities=[identity.id]
        ),
        disable_local_accounts=True,
        disk_encryption_set_id=disks.id,
        aad_profile=aks.ManagedClusterAADProfileArgs(
            managed=True, enable_azure_rbac=True, admin_group_object_ids=[GROUP]
        ),
        api_server_access_profile=aks.ManagedClusterAPIServerAccessProfileArgs(
            enable_private_cluster=True,
            enable_private_cluster_public_fqdn=False,
            enable_vnet_integration=True,
            disable_run_command=True,
        ),
        oidc_issuer_profile=aks.ManagedClusterOIDCIssuerProfileArgs(enabled=True),
        security_profile=aks.ManagedClusterSecurityProfileArgs(
            workload_identity=aks.ManagedClusterSecurityProfileWorkloadIdentityArgs(enabled=True),
            image_cleaner=aks.ManagedClusterSecurityProfileImageCleanerArgs(enabled=True, interval_hours=48),
            defender=aks.ManagedClusterSecurityProfileDefenderArgs(
                log_analytics_workspace_resource_id=workspace.id,
                security_monitoring=aks.ManagedClusterSecurityProfileDefenderSecurityMonitoringArgs(enabled=True),
            ),
            azure_key_vault_kms=aks.AzureKeyVaultKmsArgs(
                enabled=True,
                key_id=key.key_uri_with_version,
                key_vault_network_access="Private",
                key_vault_resource_id=vault.id,
            ),
        ),
        network_profile=aks.ContainerServiceNetworkProfileArgs(
            network_plugin="azure",
            network_plugin_mode="overlay",
            network_policy="cilium",
            network_dataplane="cilium",
            outbound_type="userAssignedNATGateway",
            advanced_networking=aks.AdvancedNetworkingArgs(
                enabled=True,
                security=aks.AdvancedNetworkingSecurityArgs(enabled=True, advanced_network_policies="FQDN"),
            ),
        ),
        node_resource_group_profile=aks.ManagedClusterNodeResourceGroupProfileArgs(restriction_level="ReadOnly"),
        auto_upgrade_profile=aks.ManagedClusterAutoUpgradeProfileArgs(
            upgrade_channel="patch", node_os_upgrade_channel="NodeImage"
        ),
        storage_profile=aks.ManagedClusterStorageProfileArgs(
            file_csi_driver=aks.ManagedClusterStorageProfileFileCSIDriverArgs(enabled=False)
        ),
        azure_monitor_profile=aks.ManagedClusterAzureMonitorProfileArgs(
            metrics=aks.ManagedClusterAzureMonitorProfileMetricsArgs(enabled=True)
        ),
        addon_profiles={
            "azurepolicy": aks.ManagedClusterAddonProfileArgs(enabled=True),
            "azureKeyvaultSecretsProvider": aks.ManagedClusterAddonProfileArgs(
                enabled=True, config={"enableSecretRotation": "true"}
            ),
            "omsagent": aks.ManagedClusterAddonProfileArgs(
                enabled=True, config={"useAADAuth": "true", "logAnalyticsWorkspaceResourceID": workspace.id}
            ),
        },
        agent_pool_profiles=[aks.ManagedClusterAgentPoolProfileArgs(name="system", **system)],
    )
    aks.AgentPool("user", resource_group_name=group.name, resource_name_=cluster.name, **_pool_settings(subnet, "User"))
    for kind in ("default", "aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule"):
        aks.MaintenanceConfiguration(
            kind,
            resource_group_name=group.name,
            resource_name_=cluster.name,
            config_name=kind,
            maintenance_window=aks.MaintenanceWindowArgs(duration_hours=4, start_time="02:00", schedule=DAY),
        )
    return cluster


def _around(
    cluster: aks.ManagedCluster,
    registry: az.containerregistry.Registry,
    vault: az.keyvault.Vault,
    identity: az.managedidentity.UserAssignedIdentity,
    workspace: az.operationalinsights.Workspace,
) -> None:
    az.authorization.ManagementLockByScope("lock", scope=cluster.id, level="CanNotDelete")
    for name, resource in {"cluster": cluster, "registry": registry, "vault": vault}.items():
        az.monitor.DiagnosticSetting(
            f"{name}-logs",
            resource_uri=resource.id,
            workspace_id=workspace.id,
            logs=[az.monitor.DiagnosticsLogSettingsArgs(category_group="allLogs", enabled=True)],
        )
    az.monitor.DataCollectionRuleAssociation(
        "containers",
        association_name="ContainerInsightsExtension",
        data_collection_rule_id="/subscriptions/x",
        resource_uri=cluster.id,
    )
    az.authorization.RoleAssignment(
        "pull",
        principal_id=cluster.identity_profile.apply(lambda profiles: profiles["kubeletidentity"].object_id),
        principal_type="ServicePrincipal",
        role_definition_id=f"{ROLES}/7f951dda-4ed3-4680-a7ca-43fe172d538d",
        scope=registry.id,
    )
    az.managedidentity.FederatedIdentityCredential(
        "cart",
        resource_group_name="group",
        resource_name_=identity.name,
        issuer=cluster.oidc_issuer_profile.apply(lambda profile: profile.issuer_url),
        subject="system:serviceaccount:shop-web:cart",
        audiences=["api://AzureADTokenExchange"],
    )
    names = ("AgentlessDiscoveryForKubernetes", "ContainerRegistriesVulnerabilityAssessments", "ContainerSensor")
    az.security.Pricing(
        "containers",
        pricing_name="Containers",
        pricing_tier="Standard",
        scope_id="subscriptions/x",
        extensions=[az.security.ExtensionArgs(name=name, is_enabled="True") for name in names],
    )
