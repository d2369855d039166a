"""What GKE is told of a cluster: its endpoint, who gets in, what runs, when it is upgraded."""

import datetime
from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_gcp as gcp
from pulumi_gcp import container

from ..cloud import EndpointAccess
from . import maintenance
from .detection import CONTROL_PLANE_LOGS, METRICS
from .encryption import Key
from .model import GkeClusterArgs
from .network_model import GkeEndpoint
from .node_model import Confidential
from .nodes import NodeAccount
from .versions import RELEASES

_DAY = 24 * 3600
_SOAK = f"{_DAY}s"
"""How long a new minor of the control plane can be gone back from."""
_CONFIDENTIAL = {Confidential.SEV: "SEV", Confidential.SEV_SNP: "SEV_SNP", Confidential.TDX: "TDX"}


def endpoint(args: GkeEndpoint) -> dict[str, Any]:
    """Return how the API server can be reached. Without an address there is nothing for a list of ranges to guard."""
    by_name = args.access is EndpointAccess.DNS
    public = args.access is EndpointAccess.PUBLIC
    blocks = [
        container.ClusterMasterAuthorizedNetworksConfigCidrBlockArgs(cidr_block=cidr)
        for cidr in (*args.public_cidrs, *args.private_cidrs)
    ]
    networks = container.ClusterMasterAuthorizedNetworksConfigArgs(
        cidr_blocks=blocks, gcp_public_cidrs_access_enabled=False, private_endpoint_enforcement_enabled=True
    )
    return {
        "private_cluster_config": container.ClusterPrivateClusterConfigArgs(
            enable_private_nodes=True, enable_private_endpoint=None if by_name else not public
        ),
        "control_plane_endpoints_config": container.ClusterControlPlaneEndpointsConfigArgs(
            dns_endpoint_config=container.ClusterControlPlaneEndpointsConfigDnsEndpointConfigArgs(
                allow_external_traffic=by_name,
                # Who comes by the name has signed in to Google; a token of a pod or a certificate opens nothing.
                enable_k8s_certs_via_dns=False,
                enable_k8s_tokens_via_dns=False,
            ),
            ip_endpoints_config=container.ClusterControlPlaneEndpointsConfigIpEndpointsConfigArgs(enabled=not by_name),
        ),
        "master_authorized_networks_config": None if by_name else networks,
    }


def server(args: GkeEndpoint, cluster: container.Cluster) -> pulumi.Output[str]:
    """Return the host that kubectl calls."""
    if args.access is EndpointAccess.DNS:
        config = cluster.control_plane_endpoints_config
        none = container.outputs.ClusterControlPlaneEndpointsConfigDnsEndpointConfig()
        return config.apply(lambda value: (value.dns_endpoint_config or none).endpoint or "")
    if args.access is EndpointAccess.PRIVATE:
        return cluster.private_cluster_config.apply(lambda value: value.private_endpoint or "")
    return cluster.endpoint


def identities(args: GkeClusterArgs) -> dict[str, Any]:
    """Return who gets in: groups; no certificate, no anonymous caller, nobody by a binding to all."""
    return {
        "authenticator_groups_config": container.ClusterAuthenticatorGroupsConfigArgs(
            security_group=args.security_group
        ),
        "anonymous_authentication_config": container.ClusterAnonymousAuthenticationConfigArgs(mode="LIMITED"),
        "rbac_binding_config": container.ClusterRbacBindingConfigArgs(
            enable_insecure_binding_system_authenticated=False, enable_insecure_binding_system_unauthenticated=False
        ),
        "enable_legacy_abac": False,
        "master_auth": container.ClusterMasterAuthArgs(
            client_certificate_config=container.ClusterMasterAuthClientCertificateConfigArgs(
                issue_client_certificate=False
            )
        ),
    }


def encryption(args: GkeClusterArgs, secrets: Key, control_plane: Mapping[str, Key]) -> dict[str, Any]:
    """Return the keys of Secrets and of the control plane, and how memory is encrypted."""
    own = control_plane and container.ClusterUserManagedKeysConfigArgs(
        control_plane_disk_encryption_key=control_plane["disks"].id,
        gkeops_etcd_backup_encryption_key=control_plane["backups"].id,
    )
    technology = _CONFIDENTIAL.get(args.confidential)
    return {
        "database_encryption": container.ClusterDatabaseEncryptionArgs(state="ENCRYPTED", key_name=secrets.id),
        "user_managed_keys_config": own or None,
        "confidential_nodes": container.ClusterConfidentialNodesArgs(
            enabled=True, confidential_instance_type=technology
        )
        if technology
        else None,
    }


def admission() -> dict[str, Any]:
    """Return what GKE holds workloads to beside the toolkit's own policies."""
    return {
        "binary_authorization": container.ClusterBinaryAuthorizationArgs(
            evaluation_mode="PROJECT_SINGLETON_POLICY_ENFORCE"
        ),
        "service_external_ips_config": container.ClusterServiceExternalIpsConfigArgs(enabled=False),
        "security_posture_config": container.ClusterSecurityPostureConfigArgs(mode="BASIC"),
        "secret_manager_config": container.ClusterSecretManagerConfigArgs(
            enabled=True,
            rotation_config=container.ClusterSecretManagerConfigRotationConfigArgs(
                enabled=True, rotation_interval="120s"
            ),
        ),
    }


def observation(topic: pulumi.Input[str]) -> dict[str, Any]:
    """Return what GKE logs, measures and tells."""
    return {
        "logging_config": container.ClusterLoggingConfigArgs(enable_components=list(CONTROL_PLANE_LOGS)),
        "monitoring_config": container.ClusterMonitoringConfigArgs(
            enable_components=list(METRICS),
            managed_prometheus=container.ClusterMonitoringConfigManagedPrometheusArgs(enabled=True),
        ),
        "notification_config": container.ClusterNotificationConfigArgs(
            pubsub=container.ClusterNotificationConfigPubsubArgs(enabled=True, topic=topic)
        ),
    }


def upgrades(args: GkeClusterArgs) -> dict[str, Any]:
    """Return when and how GKE upgrades.

    The version is a floor, given only where one is held: what GKE has upgraded above it is no drift.
    """
    found = RELEASES.release(args.upgrades)
    window = maintenance.recurrence(args.upgrades.window)
    exclusions = maintenance.exclusions(args.upgrades, found.released, found.standard_support_ends)
    return {
        "release_channel": container.ClusterReleaseChannelArgs(channel=args.upgrades.channel.upper()),
        "min_master_version": args.upgrades.version,
        "gke_auto_upgrade_config": container.ClusterGkeAutoUpgradeConfigArgs(patch_mode="ACCELERATED"),
        "rollback_safe_upgrade": container.ClusterRollbackSafeUpgradeArgs(control_plane_soak_duration=_SOAK),
        "maintenance_policy": container.ClusterMaintenancePolicyArgs(
            recurring_window=container.ClusterMaintenancePolicyRecurringWindowArgs(
                start_time=window.start, end_time=window.end, recurrence=window.rule
            ),
            maintenance_exclusions=[
                container.ClusterMaintenancePolicyMaintenanceExclusionArgs(
                    exclusion_name=each.name,
                    start_time=each.start,
                    end_time=each.end,
                    exclusion_options=container.ClusterMaintenancePolicyMaintenanceExclusionExclusionOptionsArgs(
                        scope=each.scope
                    ),
                )
                for each in exclusions
            ],
            disruption_budget=container.ClusterMaintenancePolicyDisruptionBudgetArgs(
                minor_version_disruption_interval=_seconds(datetime.timedelta(days=30)),
                patch_version_disruption_interval=_seconds(datetime.timedelta(days=7)),
            ),
        ),
    }


def standard(project_pool: str) -> dict[str, Any]:
    """Return what Autopilot sets itself, and refuses to be told."""
    return {
        "remove_default_node_pool": True,
        "initial_node_count": 1,
        "datapath_provider": "ADVANCED_DATAPATH",
        "enable_intranode_visibility": True,
        "enable_shielded_nodes": True,
        "workload_identity_config": container.ClusterWorkloadIdentityConfigArgs(workload_pool=project_pool),
        "autopilot_cluster_policy_config": container.ClusterAutopilotClusterPolicyConfigArgs(
            no_system_mutation=True, no_system_impersonation=True, no_unsafe_webhooks=True
        ),
        "node_pool_defaults": container.ClusterNodePoolDefaultsArgs(
            node_config_defaults=container.ClusterNodePoolDefaultsNodeConfigDefaultsArgs(
                insecure_kubelet_readonly_port_enabled="FALSE"
            )
        ),
        "dns_config": container.ClusterDnsConfigArgs(cluster_dns="KUBE_DNS"),
        "addons_config": _add_ons(
            dns_cache_config=container.ClusterAddonsConfigDnsCacheConfigArgs(enabled=True),
            gce_persistent_disk_csi_driver_config=container.ClusterAddonsConfigGcePersistentDiskCsiDriverConfigArgs(
                enabled=True
            ),
        ),
    }


def autopilot(account: NodeAccount, disks: Key) -> dict[str, Any]:
    """Return what Autopilot leaves to its owner: the account and the disks of nodes, and the kubelet's port."""
    return {
        "enable_autopilot": True,
        "allow_net_admin": False,
        "node_pool_auto_config": container.ClusterNodePoolAutoConfigArgs(
            node_kubelet_config=container.ClusterNodePoolAutoConfigNodeKubeletConfigArgs(
                insecure_kubelet_readonly_port_enabled="FALSE"
            )
        ),
        "cluster_autoscaling": container.ClusterClusterAutoscalingArgs(
            auto_provisioning_defaults=container.ClusterClusterAutoscalingAutoProvisioningDefaultsArgs(
                service_account=account.email, boot_disk_kms_key=disks.id
            )
        ),
        "addons_config": _add_ons(),
    }


def _add_ons(**more: Any) -> gcp.container.ClusterAddonsConfigArgs:
    backups = container.ClusterAddonsConfigGkeBackupAgentConfigArgs(enabled=True)
    return container.ClusterAddonsConfigArgs(gke_backup_agent_config=backups, **more)


def _seconds(duration: datetime.timedelta) -> str:
    return f"{int(duration.total_seconds())}s"
