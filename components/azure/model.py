"""What a stack says about an AKS cluster. No package of Azure is imported here: the settings are read without one."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from ..cloud import Cidr, Deletion, overlaps
from ..cloud_cluster import CloudClusterArgs, MadeCluster
from ..mesh import Mesh
from ..model import DnsLabel, Settings, raise_all
from ..network_policy_engine import NetworkPolicyEngine
from ..upgrades import Channel, Upgrades
from . import addresses
from . import grants as workload_grants
from .mesh_model import AksMesh
from .names import ObjectId, Region, SubscriptionId, TenantId
from .network_model import SERVICES, AksEndpoint, AksNetwork, Egress
from .node_model import AksNodePool, AksSystemPool, pool_problems
from .service_model import AksDetection, AksRegistry
from .versions import RELEASES

_NAME_LIMIT = 30


class Mode(StrEnum):
    """Who runs the nodes."""

    STANDARD = "standard"
    """Node pools of Azure Linux that you size; AKS upgrades and repairs them. The default."""
    AUTOMATIC = "automatic"
    """AKS Automatic: AKS chooses, sizes, patches and replaces the nodes of workloads, follows its stable channel, and
    holds workloads to its safeguards."""


class NamePolicies(StrEnum):
    """Whether egress can be limited to names beside addresses (CiliumNetworkPolicy)."""

    OFFERED = "offered"
    """Tenants may write them; the default. It is part of Advanced Container Networking Services, which costs by
    node."""
    NONE = "none"
    """The cluster doesn't know them; needs a waiver in strict mode."""


class AksAccess(Settings):
    """Who may sign in to the cluster. What they may do there, RBAC says."""

    group: ObjectId
    """Object id of a group; RBAC in the cluster names it by this id."""


class AksClusterArgs(CloudClusterArgs):
    """An AKS cluster with its network, nodes, keys, logs and registry, in a resource group of its own."""

    identifier: Annotated[DnsLabel, Field(max_length=_NAME_LIMIT, pattern=r"^[a-z]")]
    """Name of the cluster and of its resource group, and the beginning of every name that it gives; at most 30
    characters."""
    subscription: SubscriptionId
    """Id of the subscription; credentials of another one make nothing."""
    tenant: TenantId
    """Id of the tenant of Entra ID that people and workloads sign in to."""
    region: Region
    """Region; it has three availability zones."""
    network: AksNetwork
    """The virtual network: one of its own, or one that exists."""
    mode: Mode = Mode.STANDARD
    """Who runs the nodes."""
    system_pool: AksSystemPool = Field(default_factory=AksSystemPool)
    """Nodes of AKS's own pods."""
    node_pools: tuple[AksNodePool, ...] = ()
    """Nodes of workloads, in the mode standard; one pool `default` where none is named."""
    endpoint: AksEndpoint = Field(default_factory=AksEndpoint)
    """The API server's endpoint; it stands in the network in every case."""
    break_glass: tuple[ObjectId, ...] = Field(min_length=1)
    """Object ids of groups that administer cluster and keys in an emergency. There are no local accounts, so without
    one a lost deployer is a lost cluster."""
    deployer: ObjectId
    """Object id of the service principal, or managed identity, that `pulumi up` runs as. Whoever calls, the plan is
    the same."""
    access: tuple[AksAccess, ...] = ()
    """Groups that may sign in to the cluster."""
    service_cidr: Cidr = "172.20.0.0/16"
    """Range of the Services' addresses; a prefix between /12 and /27."""
    name_policies: NamePolicies = NamePolicies.OFFERED
    """Whether egress can be limited to names."""
    mesh: AksMesh | None = None
    """Istio, run by AKS; for `platform.mesh` with the operation managed."""
    vault_name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,22}[a-z0-9]$")] | None = None
    """Name of the vault of the cluster's keys; made of the cluster's name by default. A vault that was deleted keeps
    its name for 90 days, so a cluster that is made again within them needs another."""
    upgrades: Upgrades = Field(default_factory=Upgrades)
    """How the cluster gets new versions."""
    registry: AksRegistry = Field(default_factory=AksRegistry)
    """Image registry of the cluster."""
    detection: AksDetection = Field(default_factory=AksDetection)
    """Logs and detectors."""
    deletion: Deletion = Deletion.PROTECTED
    """Whether the cluster may be deleted."""
    tags: dict[str, str] = Field(default_factory=dict)
    """Tags of what takes tags, beside the toolkit's own."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        raise_all(
            [
                *self._mode_problems(),
                *self._principal_problems(),
                *self._network_problems(),
                *RELEASES.problems(self.upgrades),
                *self._mesh_problems(),
            ]
        )
        return self

    @property
    def minor(self) -> str:
        """Kubernetes minor that the settings resolve to today."""
        return RELEASES.release(self.upgrades).version

    @property
    def reachable(self) -> bool:
        """Whether `pulumi up` reaches the API server."""
        return self.endpoint.reachable

    @property
    def pools(self) -> tuple[AksNodePool, ...]:
        """The node pools of workloads, with the default one where none is named."""
        if self.mode is not Mode.STANDARD:
            return ()
        return self.node_pools or (AksNodePool(name="default"),)

    @property
    def managed_mesh(self) -> Mesh | None:
        """What tenants know of the mesh that AKS runs."""
        return self.mesh.known if self.mesh else None

    def own_networks(self) -> dict[str, str]:
        """Return the ranges of pods and Services, which no flow may open as an outside network."""
        return {"pods": self.network.pod_cidr, "services": self.service_cidr}

    def parse_grant(self, grant: str) -> workload_grants.Grant:
        """Return a `<role>@<resource>`."""
        return workload_grants.parse(grant)

    def grant_problems(self, grants: Sequence[str]) -> Iterator[str]:
        """Yield what is wrong with the grants of a workload identity, and that no pod could use them."""
        yield from super().grant_problems(grants)
        if self.network.egress is Egress.ISOLATED:
            yield "a pod signs in to Entra ID on the internet, which the egress isolated doesn't reach; choose firewall"

    def create(self) -> MadeCluster:
        """Create the cluster; the package of Azure is imported only now."""
        from .cluster import Cluster

        return Cluster(self.identifier, self)

    def declared(self) -> dict[str, Any]:
        """Return what controls read of the cluster: the settings as in a stack file, with what they resolve to."""
        found = RELEASES.release(self.upgrades)
        hidden = {"kind", "registry", "detection", "tags", "access"}
        shown = self.model_dump(mode="json", by_alias=True, exclude=hidden)
        resolved = {
            "networkPolicyEngine": NetworkPolicyEngine.CILIUM.value,
            "nodePools": [pool.model_dump(mode="json", by_alias=True, exclude_none=True) for pool in self.pools],
            "upgrades": found.declared(self.upgrades),
        }
        return {key: value for key, value in {**shown, **resolved}.items() if value is not None}

    def _mode_problems(self) -> Iterator[str]:
        yield from pool_problems(self.node_pools)
        if self.mode is Mode.STANDARD:
            return
        if self.node_pools:
            yield f"nodePools belongs to the mode {Mode.STANDARD}, but mode is {self.mode}; remove one of the two"
        if self.upgrades.version or self.upgrades.channel is not Channel.REGULAR:
            yield "upgrades: in the mode automatic AKS follows its channel stable, here regular; remove what differs"
        if self.network.egress is Egress.ISOLATED:
            yield "network.egress: the mode automatic has no cluster without egress; choose nat-gateway or firewall"

    def _mesh_problems(self) -> Iterator[str]:
        if self.mesh and not [*RELEASES.problems(self.upgrades)]:
            yield from self.mesh.problems(self.minor)

    def _principal_problems(self) -> Iterator[str]:
        if self.deployer in self.break_glass:
            yield "deployer stands among breakGlass; name a group there, for the day when the deployer is lost"
        groups = [each.group for each in self.access]
        for group in sorted({group for group in groups if groups.count(group) > 1 or group in self.break_glass}):
            yield f"access: {group} has access already; remove it"

    def _network_problems(self) -> Iterator[str]:
        network = self.network
        ranges = {"network.cidr": network.cidr, "network.podCidr": network.pod_cidr, "serviceCidr": self.service_cidr}
        yield from overlaps(ranges)
        if not SERVICES[0] <= int(self.service_cidr.partition("/")[2]) <= SERVICES[1]:
            yield f"serviceCidr {self.service_cidr} needs a prefix between /{SERVICES[0]} and /{SERVICES[1]}"
        yield from network.problems(self.region)
        most = addresses.most_nodes(network.node_cidr, network.pod_cidr)
        wanted = self.system_pool.largest + sum(pool.largest for pool in self.pools)
        if wanted > most:
            yield f"network: cidr and podCidr have addresses for {most} nodes, the pools name {wanted}; widen them"


class AksCluster(AksClusterArgs):
    """A cluster on Azure, made by this stack."""

    kind: Literal["aks"]
    """What the cluster is."""
