"""Node pools of an AKS cluster."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_azure_native import containerservice

from ..cloud import Capacity, Deletion
from ..options import below
from ..upgrades import Upgrades
from .node_model import SYSTEM, AksNodePool, AksSystemPool, Isolation
from .site import Site

_ZONES = ("1", "2", "3")
_EFFECTS = {"NO_SCHEDULE": "NoSchedule", "NO_EXECUTE": "NoExecute", "PREFER_NO_SCHEDULE": "PreferNoSchedule"}
_ONLY_SYSTEM = "CriticalAddonsOnly=true:NoSchedule"
_ONLY_SPOT = "kubernetes.azure.com/scalesetpriority=spot:NoSchedule"
MOVING = ("count", "orchestratorVersion")
"""Properties of a pool that AKS moves: the autoscaler its size, an upgrade its version."""


class Nodes(pulumi.ComponentResource):
    """Node pools of workloads: Azure Linux, without SSH, with verified boot and disks that are gone with their node.

    AKS upgrades and repairs them by itself, in the cluster's window. A pool is never given a version: it follows the
    control plane, and what AKS has upgraded is no drift.

    Controls: those in policies/controls/azure that judge node pools.
    """

    node_pools: list[containerservice.AgentPool]
    """The node pools."""

    def __init__(
        self,
        name: str,
        site: Site,
        pools: Sequence[AksNodePool],
        *,
        cluster_name: pulumi.Input[str],
        subnet_id: pulumi.Input[str],
        upgrades: Upgrades,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Create the pools; `cluster_name` is the cluster's output."""
        declared = {
            "cluster": site.name,
            "pools": [each.model_dump(mode="json", by_alias=True, exclude_none=True) for each in pools],
        }
        super().__init__("secureclusters:azure:Nodes", name, declared, opts)
        children = below(self, opts)
        self.node_pools = [
            containerservice.AgentPool(
                f"{site.name}-{each.name}",
                agent_pool_name=each.name,
                resource_name_=cluster_name,
                resource_group_name=site.group,
                mode="User",
                **_pool(each, subnet_id, site.tags),
                **_of_workloads(each),
                upgrade_settings=_upgrade_settings(upgrades, surge=each.capacity is Capacity.ON_DEMAND),
                opts=pulumi.ResourceOptions.merge(
                    children,
                    pulumi.ResourceOptions(
                        protect=each.deletion is Deletion.PROTECTED,
                        ignore_changes=list(MOVING),
                    ),
                ),
            )
            for each in pools
        ]
        self.register_outputs(declared)


def system_pool(
    args: AksSystemPool, subnet_id: pulumi.Input[str], upgrades: Upgrades, tags: Mapping[str, str]
) -> containerservice.ManagedClusterAgentPoolProfileArgs:
    """Return the pool that a cluster is made with: for AKS's own pods and for no other."""
    return containerservice.ManagedClusterAgentPoolProfileArgs(
        name=SYSTEM,
        mode="System",
        node_taints=[_ONLY_SYSTEM],
        **_pool(args, subnet_id, tags),
        security_profile=_verified_boot(),
        upgrade_settings=_upgrade_settings(upgrades, surge=True),
    )


def _pool(args: AksSystemPool | AksNodePool, subnet_id: pulumi.Input[str], tags: Mapping[str, str]) -> dict[str, Any]:
    """Return what every pool has in common."""
    return {
        "vm_size": args.vm_size,
        "type": "VirtualMachineScaleSets",
        "vnet_subnet_id": subnet_id,
        "availability_zones": list(_ZONES),
        "enable_auto_scaling": True,
        "count": max(1, args.smallest),
        "min_count": args.smallest,
        "max_count": args.largest,
        "os_type": "Linux",
        "os_sku": "AzureLinux3",
        "os_disk_type": "Ephemeral",
        "os_disk_size_gb": args.disk_gib,
        "enable_encryption_at_host": True,
        "enable_node_public_ip": False,
        "tags": tags,
    }


def _of_workloads(args: AksNodePool) -> dict[str, Any]:
    spot = args.capacity is Capacity.SPOT
    taints = [f"{key}=true:{_EFFECTS[effect]}" for key, effect in args.taints.items()]
    bought = {"scale_set_priority": "Spot", "scale_set_eviction_policy": "Delete", "spot_max_price": -1} if spot else {}
    kata = args.isolation is Isolation.KATA
    return {
        "workload_runtime": "KataVmIsolation" if kata else "OCIContainer",
        "security_profile": containerservice.AgentPoolSecurityProfileArgs(ssh_access="Disabled")
        if kata
        else _verified_boot(),
        "node_labels": args.labels,
        "node_taints": [*taints, *([_ONLY_SPOT] if spot else [])],
        **bought,
    }


def _verified_boot() -> containerservice.AgentPoolSecurityProfileArgs:
    return containerservice.AgentPoolSecurityProfileArgs(
        enable_secure_boot=True, enable_vtpm=True, ssh_access="Disabled"
    )


def _upgrade_settings(upgrades: Upgrades, *, surge: bool) -> containerservice.AgentPoolUpgradeSettingsArgs:
    """Return how nodes are replaced: new ones first; one that can't be drained is set aside, and blocks no other.

    Azure takes spot nodes back at any time, and lends none for an upgrade.
    """
    return containerservice.AgentPoolUpgradeSettingsArgs(
        max_surge=f"{upgrades.surge}%" if surge else None,
        drain_timeout_in_minutes=upgrades.drain_minutes,
        node_soak_duration_in_minutes=upgrades.soak_minutes,
        undrainable_node_behavior="Cordon",
    )
