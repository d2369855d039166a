"""Node pools of a GKE cluster, and the account of its nodes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from ..cloud import Capacity, Deletion
from ..options import below
from ..upgrades import Upgrades
from .encryption import Key
from .node_model import GkeNodePool, Isolation, UpgradeStrategy
from .site import Site

_NEEDED = "roles/container.defaultNodeServiceAccount"
_ACT_AS = "roles/iam.serviceAccountUser"
_ZONES = 3
_BLUE_POOL_STAYS = f"{60 * 60}s"


@dataclass(frozen=True, kw_only=True)
class NodeAccount:
    """The account of the nodes, and what has to be there before a node starts with it."""

    email: pulumi.Output[str]
    member: pulumi.Output[str]
    """The account as IAM names it."""
    resources: Sequence[pulumi.Resource]


def node_account(site: Site, opts: pulumi.ResourceOptions) -> NodeAccount:
    """Create an account that may write logs and metrics and nothing else, and that the deployer may give to nodes."""
    account = gcp.serviceaccount.Account(
        f"{site.name}-nodes",
        project=site.project,
        account_id=f"{site.name}-nodes",
        display_name=f"Nodes of the cluster {site.name}",
        opts=opts,
    )
    of_account = pulumi.ResourceOptions(parent=account)
    needed = gcp.projects.IAMMember(
        f"{site.name}-nodes", project=site.project, role=_NEEDED, member=account.member, opts=of_account
    )
    deployer = gcp.serviceaccount.IAMMember(
        f"{site.name}-nodes-deployer",
        service_account_id=account.name,
        role=_ACT_AS,
        member=site.deployer,
        opts=of_account,
    )
    return NodeAccount(email=account.email, member=account.member, resources=[account, needed, deployer])


class Nodes(pulumi.ComponentResource):
    """Node pools: private, without SSH, with verified boot, encrypted disks, and a metadata server that knows pods.

    GKE upgrades and repairs them by itself, in the cluster's window. A pool is never given a version: it follows
    the control plane, and what GKE has upgraded is no drift.

    Controls: those in policies/controls/gcp that judge node pools.
    """

    node_pools: list[gcp.container.NodePool]
    """The node pools."""

    def __init__(
        self,
        name: str,
        site: Site,
        pools: Sequence[GkeNodePool],
        *,
        cluster_name: pulumi.Input[str],
        upgrades: Upgrades,
        key: Key,
        account: NodeAccount,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Create the pools; `cluster_name` is the cluster's output, `key` encrypts the disks."""
        declared = {
            "cluster": site.name,
            "pools": [each.model_dump(mode="json", by_alias=True, exclude_none=True) for each in pools],
        }
        super().__init__("secureclusters:gcp:Nodes", name, declared, opts)
        self._site, self._upgrades, self._cluster_name = site, upgrades, cluster_name
        self._key, self._account = key, account
        self._children = below(self, opts)
        self.node_pools = [self._pool(each) for each in pools]
        self.register_outputs(declared)

    def _pool(self, args: GkeNodePool) -> gcp.container.NodePool:
        site = self._site
        protected = args.deletion is Deletion.PROTECTED
        return gcp.container.NodePool(
            f"{site.name}-{args.name}",
            name=args.name,
            project=site.project,
            location=site.region,
            cluster=self._cluster_name,
            initial_node_count=max(1, math.ceil(args.smallest / _ZONES)),
            autoscaling=gcp.container.NodePoolAutoscalingArgs(
                total_min_node_count=args.smallest, total_max_node_count=args.largest, location_policy="BALANCED"
            ),
            management=gcp.container.NodePoolManagementArgs(auto_repair=True, auto_upgrade=True),
            upgrade_settings=self._upgrade_settings(args),
            node_drain_configs=[gcp.container.NodePoolNodeDrainConfigArgs(respect_pdb_during_node_pool_deletion=True)],
            network_config=gcp.container.NodePoolNetworkConfigArgs(enable_private_nodes=True),
            node_config=self._node_config(args),
            deletion_policy="PREVENT" if protected else "DELETE",
            opts=pulumi.ResourceOptions.merge(
                self._children,
                pulumi.ResourceOptions(
                    protect=protected,
                    # Only for the first nodes: the autoscaler decides then, and another number would be another pool.
                    ignore_changes=["initialNodeCount"],
                    depends_on=[*self._account.resources, *self._key.resources],
                ),
            ),
        )

    def _upgrade_settings(self, args: GkeNodePool) -> gcp.container.NodePoolUpgradeSettingsArgs:
        """Return how nodes are replaced: new ones first, so many as a share of the largest pool allows."""
        upgrades = self._upgrades
        if args.upgrade_strategy is UpgradeStrategy.SURGE:
            surge = max(1, args.largest * upgrades.surge // 100)
            return gcp.container.NodePoolUpgradeSettingsArgs(strategy="SURGE", max_surge=surge, max_unavailable=0)
        rollout = gcp.container.NodePoolUpgradeSettingsBlueGreenSettingsStandardRolloutPolicyArgs(
            batch_percentage=upgrades.surge / 100, batch_soak_duration=f"{upgrades.soak_minutes * 60}s"
        )
        return gcp.container.NodePoolUpgradeSettingsArgs(
            strategy="BLUE_GREEN",
            blue_green_settings=gcp.container.NodePoolUpgradeSettingsBlueGreenSettingsArgs(
                node_pool_soak_duration=_BLUE_POOL_STAYS, standard_rollout_policy=rollout
            ),
        )

    def _node_config(self, args: GkeNodePool) -> gcp.container.NodePoolNodeConfigArgs:
        sandboxed = args.isolation is Isolation.GVISOR
        return gcp.container.NodePoolNodeConfigArgs(
            machine_type=args.machine_type,
            image_type="COS_CONTAINERD",
            disk_type=args.disk_type,
            disk_size_gb=args.disk_gib,
            boot_disk_kms_key=self._key.id,
            service_account=self._account.email,
            # What the account may do, IAM says; scopes are the older way, and the wider of the two never decides.
            oauth_scopes=["https://www.googleapis.com/auth/cloud-platform"],
            shielded_instance_config=gcp.container.NodePoolNodeConfigShieldedInstanceConfigArgs(
                enable_secure_boot=True, enable_integrity_monitoring=True
            ),
            workload_metadata_config=gcp.container.NodePoolNodeConfigWorkloadMetadataConfigArgs(mode="GKE_METADATA"),
            kubelet_config=gcp.container.NodePoolNodeConfigKubeletConfigArgs(
                insecure_kubelet_readonly_port_enabled="FALSE"
            ),
            metadata={"disable-legacy-endpoints": "true", "block-project-ssh-keys": "true"},
            sandbox_config=gcp.container.NodePoolNodeConfigSandboxConfigArgs(type="GVISOR") if sandboxed else None,
            spot=args.capacity is Capacity.SPOT,
            labels=args.labels,
            taints=[
                gcp.container.NodePoolNodeConfigTaintArgs(key=key, value="true", effect=effect)
                for key, effect in args.taints.items()
            ],
        )
