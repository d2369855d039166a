"""A hardened GKE cluster in plain pulumi-gcp, as a program without our components would write it."""

import pulumi_gcp as gcp
from pulumi_gcp import compute, container, kms

PROJECT = "shop"
REGION = "europe-west1"
AGENT = "serviceAccount:service-1234@container-engine-robot.iam.gserviceaccount.com"
READS_AND_WRITES = ("ADMIN_READ", "DATA_READ", "DATA_WRITE")


def program() -> None:
    """A standard cluster with a node pool."""
    key, account, subnet = _around()
    cluster = container.Cluster("cluster", **_settings(key, subnet), **_standard())
    container.NodePool(
        "pool",
        cluster=cluster.name,
        deletion_policy="PREVENT",
        management=container.NodePoolManagementArgs(auto_repair=True, auto_upgrade=True),
        node_drain_configs=[container.NodePoolNodeDrainConfigArgs(respect_pdb_during_node_pool_deletion=True)],
        node_config=container.NodePoolNodeConfigArgs(
            service_account=account.email,
            boot_disk_kms_key=key.id,
            shielded_instance_config=container.NodePoolNodeConfigShieldedInstanceConfigArgs(enable_secure_boot=True),
            workload_metadata_config=container.NodePoolNodeConfigWorkloadMetadataConfigArgs(mode="GKE_METADATA"),
            kubelet_config=container.NodePoolNodeConfigKubeletConfigArgs(
                insecure_kubelet_readonly_port_enabled="FALSE"
            ),
            metadata={"disable-legacy-endpoints": "true", "block-project-ssh-keys": "true"},
        ),
    )
    _backup(cluster, key)


def autopilot() -> None:
    """A cluster whose nodes Google runs, with the little that is then still to be said."""
    key, account, subnet = _around()
    cluster = container.Cluster(
        "cluster",
        **_settings(key, subnet),
        enable_autopilot=True,
        node_pool_auto_config=container.ClusterNodePoolAutoConfigArgs(
            node_kubelet_config=container.ClusterNodePoolAutoConfigNodeKubeletConfigArgs(
                insecure_kubelet_readonly_port_enabled="FALSE"
            )
        ),
        cluster_autoscaling=container.ClusterClusterAutoscalingArgs(
            auto_provisioning_defaults=container.ClusterClusterAutoscalingAutoProvisioningDefaultsArgs(
                service_account=account.email, boot_disk_kms_key=key.id
            )
        ),
    )
    _backup(cluster, key)


def _around() -> tuple[kms.CryptoKey, gcp.serviceaccount.Account, compute.Subnetwork]:
    ring = kms.KeyRing("ring", project=PROJECT, location=REGION)
    key = kms.CryptoKey(
        "key",
        key_ring=ring.id,
        rotation_period="7776000s",
        deletion_policy="PREVENT",
        version_template=kms.CryptoKeyVersionTemplateArgs(
            algorithm="GOOGLE_SYMMETRIC_ENCRYPTION", protection_level="HSM"
        ),
    )
    kms.CryptoKeyIAMMember(
        "agent", crypto_key_id=key.id, role="roles/cloudkms.cryptoKeyEncrypterDecrypter", member=AGENT
    )
    account = gcp.serviceaccount.Account("nodes", project=PROJECT, account_id="nodes")
    gcp.projects.IAMMember(
        "nodes", project=PROJECT, role="roles/container.defaultNodeServiceAccount", member=account.member
    )
    gcp.projects.IAMAuditConfig(
        "audit",
        project=PROJECT,
        service="container.googleapis.com",
        audit_log_configs=[gcp.projects.IAMAuditConfigAuditLogConfigArgs(log_type=each) for each in READS_AND_WRITES],
    )
    _registry(key, account)
    return key, account, _network()


def _network() -> compute.Subnetwork:
    network = compute.Network("network", project=PROJECT, auto_create_subnetworks=False)
    compute.Firewall(
        "no-egress",
        project=PROJECT,
        network=network.id,
        direction="EGRESS",
        denies=[compute.FirewallDenyArgs(protocol="all")],
        destination_ranges=["0.0.0.0/0"],
        log_config=compute.FirewallLogConfigArgs(metadata="INCLUDE_ALL_METADATA"),
    )
    router = compute.Router("router", project=PROJECT, region=REGION, network=network.id)
    compute.RouterNat(
        "nat",
        project=PROJECT,
        region=REGION,
        router=router.name,
        source_subnetwork_ip_ranges_to_nat="ALL_SUBNETWORKS_ALL_IP_RANGES",
        log_config=compute.RouterNatLogConfigArgs(enable=True, filter="ALL"),
    )
    return compute.Subnetwork(
        "nodes",
        project=PROJECT,
        region=REGION,
        network=network.id,
        ip_cidr_range="10.0.0.0/20",
        private_ip_google_access=True,
        log_config=compute.SubnetworkLogConfigArgs(flow_sampling=1.0),
    )


def _registry(key: kms.CryptoKey, account: gcp.serviceaccount.Account) -> None:
    gcp.projects.Service("scanning", project=PROJECT, service="containerscanning.googleapis.com")
    registry = gcp.artifactregistry.Repository(
        "registry",
        project=PROJECT,
        location=REGION,
        repository_id="apps",
        format="DOCKER",
        kms_key_name=key.id,
        docker_config=gcp.artifactregistry.RepositoryDockerConfigArgs(immutable_tags=True),
        cleanup_policies=[gcp.artifactregistry.RepositoryCleanupPolicyArgs(id="old", action="DELETE")],
    )
    gcp.artifactregistry.RepositoryIamMember(
        "pull",
        project=PROJECT,
        location=REGION,
        repository=registry.name,
        role="roles/artifactregistry.reader",
        member=account.email.apply(lambda email: f"serviceAccount:{email}"),
    )
    gcp.binaryauthorization.Policy(
        "images",
        project=PROJECT,
        default_admission_rule=gcp.binaryauthorization.PolicyDefaultAdmissionRuleArgs(
            evaluation_mode="ALWAYS_DENY", enforcement_mode="ENFORCED_BLOCK_AND_AUDIT_LOG"
        ),
        admission_whitelist_patterns=[
            gcp.binaryauthorization.PolicyAdmissionWhitelistPatternArgs(
                name_pattern=f"{REGION}-docker.pkg.dev/{PROJECT}/apps/**"
            )
        ],
    )


def _backup(cluster: container.Cluster, key: kms.CryptoKey) -> None:
    gcp.gkebackup.BackupPlan(
        "backup",
        project=PROJECT,
        location=REGION,
        cluster=cluster.id,
        backup_config=gcp.gkebackup.BackupPlanBackupConfigArgs(
            all_namespaces=True,
            include_volume_data=True,
            include_secrets=True,
            encryption_key=gcp.gkebackup.BackupPlanBackupConfigEncryptionKeyArgs(gcp_kms_encryption_key=key.id),
        ),
        backup_schedule=gcp.gkebackup.BackupPlanBackupScheduleArgs(cron_schedule="0 3 * * *"),
        retention_policy=gcp.gkebackup.BackupPlanRetentionPolicyArgs(backup_retain_days=30, backup_delete_lock_days=14),
    )


def _standard() -> dict[str, object]:
    """What Autopilot sets itself."""
    return {
        "remove_default_node_pool": True,
        "initial_node_count": 1,
        "datapath_provider": "ADVANCED_DATAPATH",
        "enable_intranode_visibility": True,
        "workload_identity_config": container.ClusterWorkloadIdentityConfigArgs(workload_pool=f"{PROJECT}.svc.id.goog"),
        "release_channel": container.ClusterReleaseChannelArgs(channel="REGULAR"),
        "autopilot_cluster_policy_config": container.ClusterAutopilotClusterPolicyConfigArgs(
            no_system_mutation=True, no_system_impersonation=True, no_unsafe_webhooks=True
        ),
        "node_pool_defaults": container.ClusterNodePoolDefaultsArgs(
            node_config_defaults=container.ClusterNodePoolDefaultsNodeConfigDefaultsArgs(
                insecure_kubelet_readonly_port_enabled="FALSE"
            )
        ),
    }


def _settings(key: kms.CryptoKey, subnet: compute.Subnetwork) -> dict[str, object]:
    """What both modes leave to their owner."""
    return {
        "project": PROJECT,
        "location": REGION,
        "network": subnet.network,
        "subnetwork": subnet.id,
        "resource_labels": {"owner": "platform"},
        "private_cluster_config": container.ClusterPrivateClusterConfigArgs(enable_private_nodes=True),
        "control_plane_endpoints_config": container.ClusterControlPlaneEndpointsConfigArgs(
            dns_endpoint_config=container.ClusterControlPlaneEndpointsConfigDnsEndpointConfigArgs(
                allow_external_traffic=True
            ),
            ip_endpoints_config=container.ClusterControlPlaneEndpointsConfigIpEndpointsConfigArgs(enabled=False),
        ),
        "in_transit_encryption_config": "IN_TRANSIT_ENCRYPTION_INTER_NODE_TRANSPARENT",
        "enable_fqdn_network_policy": True,
        "database_encryption": container.ClusterDatabaseEncryptionArgs(state="ENCRYPTED", key_name=key.id),
        "user_managed_keys_config": container.ClusterUserManagedKeysConfigArgs(
            control_plane_disk_encryption_key=key.id, gkeops_etcd_backup_encryption_key=key.id
        ),
        "confidential_nodes": container.ClusterConfidentialNodesArgs(enabled=True),
        "authenticator_groups_config": container.ClusterAuthenticatorGroupsConfigArgs(
            security_group="gke-security-groups@example.org"
        ),
        "anonymous_authentication_config": container.ClusterAnonymousAuthenticationConfigArgs(mode="LIMITED"),
        "rbac_binding_config": container.ClusterRbacBindingConfigArgs(
            enable_insecure_binding_system_authenticated=False,
            enable_insecure_binding_system_unauthenticated=False,
        ),
        "binary_authorization": container.ClusterBinaryAuthorizationArgs(
            evaluation_mode="PROJECT_SINGLETON_POLICY_ENFORCE"
        ),
        "service_external_ips_config": container.ClusterServiceExternalIpsConfigArgs(enabled=False),
        "secret_manager_config": container.ClusterSecretManagerConfigArgs(
            enabled=True, rotation_config=container.ClusterSecretManagerConfigRotationConfigArgs(enabled=True)
        ),
        "security_posture_config": container.ClusterSecurityPostureConfigArgs(mode="BASIC"),
        "addons_config": container.ClusterAddonsConfigArgs(
            gke_backup_agent_config=container.ClusterAddonsConfigGkeBackupAgentConfigArgs(enabled=True)
        ),
        **_operation(key),
    }


def _operation(key: kms.CryptoKey) -> dict[str, object]:
    topic = gcp.pubsub.Topic("bulletins", project=PROJECT, kms_key_name=key.id)
    logs = gcp.logging.ProjectBucketConfig(
        "logs", project=PROJECT, location=REGION, bucket_id="cluster-logs", retention_days=365
    )
    gcp.logging.ProjectSink(
        "logs", project=PROJECT, destination=logs.id.apply(lambda id_: f"logging.googleapis.com/{id_}")
    )
    return {
        "logging_config": container.ClusterLoggingConfigArgs(
            enable_components=[
                "APISERVER",
                "CONTROLLER_MANAGER",
                "SCHEDULER",
                "SYSTEM_COMPONENTS",
                "WORKLOADS",
            ]
        ),
        "notification_config": container.ClusterNotificationConfigArgs(
            pubsub=container.ClusterNotificationConfigPubsubArgs(enabled=True, topic=topic.id)
        ),
        "gke_auto_upgrade_config": container.ClusterGkeAutoUpgradeConfigArgs(patch_mode="ACCELERATED"),
        "rollback_safe_upgrade": container.ClusterRollbackSafeUpgradeArgs(control_plane_soak_duration="86400s"),
        "maintenance_policy": container.ClusterMaintenancePolicyArgs(
            recurring_window=container.ClusterMaintenancePolicyRecurringWindowArgs(
                start_time="2026-01-04T02:00:00Z", end_time="2026-01-04T08:00:00Z", recurrence="FREQ=WEEKLY;BYDAY=SU"
            ),
            disruption_budget=container.ClusterMaintenancePolicyDisruptionBudgetArgs(
                minor_version_disruption_interval="2592000s", patch_version_disruption_interval="604800s"
            ),
        ),
    }
