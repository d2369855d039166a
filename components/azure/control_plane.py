"""What a cluster is described by: how it is reached, who gets in, what encrypts and watches, how it upgrades."""

import ipaddress
from typing import Any

import pulumi
from pulumi_azure_native import containerservice

from ..cloud import EndpointAccess
from . import maintenance
from .encryption import Disks, Key
from .model import AksClusterArgs, Mode, NamePolicies
from .network import Network
from .network_model import Egress
from .principals import Principals

_OUTBOUND = {
    Egress.NAT_GATEWAY: "userAssignedNATGateway",
    Egress.FIREWALL: "userDefinedRouting",
    Egress.ISOLATED: "none",
}
_CLEANED_EVERY = 48
"""Hours between two cleanings of images that nothing uses."""
_DNS = 10
"""Which address of the range of Services is that of the cluster's DNS."""


def endpoint(args: AksClusterArgs, network: Network) -> containerservice.ManagedClusterAPIServerAccessProfileArgs:
    """Return how the API server can be reached: it stands in the network, and has a public address only if asked."""
    private = args.endpoint.access is EndpointAccess.PRIVATE
    return containerservice.ManagedClusterAPIServerAccessProfileArgs(
        enable_vnet_integration=True,
        subnet_id=network.control_plane_subnet_id,
        enable_private_cluster=private,
        enable_private_cluster_public_fqdn=False if private else None,
        private_dns_zone=network.api_zone_id if private else None,
        authorized_ip_ranges=None if private else list(args.endpoint.public_cidrs),
        disable_run_command=True,
    )


def identities(args: AksClusterArgs, principals: Principals) -> dict[str, Any]:
    """Return who the cluster is, and who gets in: groups of Entra ID, and no account of the cluster's own."""
    nodes = principals.nodes
    return {
        "identity": containerservice.ManagedClusterIdentityArgs(
            type=containerservice.ResourceIdentityType.USER_ASSIGNED,
            user_assigned_identities=[principals.control_plane.id],
        ),
        "identity_profile": {
            "kubeletidentity": containerservice.UserAssignedIdentityArgs(
                resource_id=nodes.id, client_id=nodes.client_id, object_id=nodes.principal_id
            )
        },
        "disable_local_accounts": True,
        "enable_rbac": True,
        "aad_profile": containerservice.ManagedClusterAADProfileArgs(
            managed=True,
            enable_azure_rbac=True,
            admin_group_object_ids=list(args.break_glass),
            tenant_id=args.tenant,
        ),
        "oidc_issuer_profile": containerservice.ManagedClusterOIDCIssuerProfileArgs(enabled=True),
    }


def security(
    secrets: Key, vault_id: pulumi.Input[str], disks: Disks, workspace_id: pulumi.Input[str]
) -> dict[str, Any]:
    """Return what encrypts Secrets and disks, and what watches.

    The key's version is named: AKS takes another one, and encrypts the Secrets anew, when this stack names it.
    """
    profile = containerservice.ManagedClusterSecurityProfileArgs
    return {
        "disk_encryption_set_id": disks.id,
        "security_profile": profile(
            azure_key_vault_kms=containerservice.AzureKeyVaultKmsArgs(
                enabled=True,
                key_id=secrets.version,
                key_vault_network_access="Private",
                key_vault_resource_id=vault_id,
            ),
            defender=containerservice.ManagedClusterSecurityProfileDefenderArgs(
                log_analytics_workspace_resource_id=workspace_id,
                security_monitoring=containerservice.ManagedClusterSecurityProfileDefenderSecurityMonitoringArgs(
                    enabled=True
                ),
            ),
            image_cleaner=containerservice.ManagedClusterSecurityProfileImageCleanerArgs(
                enabled=True, interval_hours=_CLEANED_EVERY
            ),
            workload_identity=containerservice.ManagedClusterSecurityProfileWorkloadIdentityArgs(enabled=True),
        ),
        "node_resource_group_profile": containerservice.ManagedClusterNodeResourceGroupProfileArgs(
            restriction_level="ReadOnly"
        ),
    }


def add_ons(workspace_id: pulumi.Input[str]) -> dict[str, Any]:
    """Return what AKS installs: Azure Policy, the way to vaults, logs and metrics; no driver that needs a shared key.

    Logs are sent by an identity. What it may do follows from the rule that is associated with the cluster.
    """
    add_on = containerservice.ManagedClusterAddonProfileArgs
    return {
        "addon_profiles": {
            "azurepolicy": add_on(enabled=True),
            "azureKeyvaultSecretsProvider": add_on(
                enabled=True, config={"enableSecretRotation": "true", "rotationPollInterval": "2m"}
            ),
            "omsagent": add_on(
                enabled=True, config={"useAADAuth": "true", "logAnalyticsWorkspaceResourceID": workspace_id}
            ),
        },
        "azure_monitor_profile": containerservice.ManagedClusterAzureMonitorProfileArgs(
            metrics=containerservice.ManagedClusterAzureMonitorProfileMetricsArgs(enabled=True)
        ),
        "storage_profile": containerservice.ManagedClusterStorageProfileArgs(
            disk_csi_driver=containerservice.ManagedClusterStorageProfileDiskCSIDriverArgs(enabled=True),
            file_csi_driver=containerservice.ManagedClusterStorageProfileFileCSIDriverArgs(enabled=False),
            blob_csi_driver=containerservice.ManagedClusterStorageProfileBlobCSIDriverArgs(enabled=False),
            snapshot_controller=containerservice.ManagedClusterStorageProfileSnapshotControllerArgs(enabled=True),
        ),
    }


def network_profile(args: AksClusterArgs) -> containerservice.ContainerServiceNetworkProfileArgs:
    """Return the network of pods: Cilium on an overlay, by the way out that was chosen."""
    by_name = args.name_policies is NamePolicies.OFFERED
    advanced = containerservice.AdvancedNetworkingArgs(
        enabled=True,
        observability=containerservice.AdvancedNetworkingObservabilityArgs(enabled=True),
        security=containerservice.AdvancedNetworkingSecurityArgs(enabled=True, advanced_network_policies="FQDN"),
    )
    return containerservice.ContainerServiceNetworkProfileArgs(
        network_plugin="azure",
        network_plugin_mode="overlay",
        network_dataplane="cilium",
        network_policy="cilium",
        advanced_networking=advanced if by_name else None,
        load_balancer_sku="standard",
        outbound_type=_OUTBOUND[args.network.egress],
        ip_families=["IPv4"],
        pod_cidr=args.network.pod_cidr,
        service_cidr=args.service_cidr,
        dns_service_ip=str(ipaddress.IPv4Network(args.service_cidr)[_DNS]),
    )


def mode(args: AksClusterArgs) -> dict[str, Any]:
    """Return who runs the nodes, of a tier with an uptime guarantee.

    In the mode automatic AKS's own node pool for workloads is left out: its disks and caches are not encrypted on
    the host. The one of the toolkit is made once the API server can be reached.
    """
    automatic = args.mode is Mode.AUTOMATIC
    provisioning = containerservice.ManagedClusterNodeProvisioningProfileArgs(mode="Auto", default_node_pools="None")
    return {
        "sku": containerservice.ManagedClusterSKUArgs(name="Automatic" if automatic else "Base", tier="Standard"),
        "support_plan": "KubernetesOfficial",
        "node_provisioning_profile": provisioning if automatic else None,
    }


def mesh(args: AksClusterArgs) -> dict[str, Any]:
    """Return Istio, where AKS runs it: without gateways, which would be doors of their own."""
    if args.mesh is None:
        return {}
    istio = containerservice.IstioServiceMeshArgs(revisions=sorted(args.mesh.revisions))
    return {
        "service_mesh_profile": containerservice.ServiceMeshProfileArgs(
            mode=containerservice.ServiceMeshMode.ISTIO, istio=istio
        )
    }


def bootstrap(args: AksClusterArgs, registry_id: pulumi.Input[str]) -> dict[str, Any]:
    """Return where nodes get what they are made of, when they don't reach Microsoft's registry."""
    if args.network.egress is not Egress.ISOLATED:
        return {}
    return {
        "bootstrap_profile": containerservice.ManagedClusterBootstrapProfileArgs(
            artifact_source="Cache", container_registry_id=registry_id
        )
    }


def upgrades(args: AksClusterArgs) -> dict[str, Any]:
    """Return how AKS upgrades. The version is a minor: what AKS has patched, or moved in its channel, is no drift."""
    return {
        "kubernetes_version": args.minor,
        "auto_upgrade_profile": containerservice.ManagedClusterAutoUpgradeProfileArgs(
            upgrade_channel=maintenance.upgrade_channel(args.upgrades), node_os_upgrade_channel="NodeImage"
        ),
    }
