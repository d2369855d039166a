"""What a stack says about a GKE cluster. No package of Google Cloud is imported here."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from ..cloud import Cidr, Deletion, overlaps
from ..cloud_cluster import CloudClusterArgs, MadeCluster
from ..mesh import Mesh
from ..model import DnsLabel, Settings, raise_all
from ..network_policy_engine import NetworkPolicyEngine
from ..upgrades import Upgrades
from . import grants as workload_grants
from . import maintenance
from .google_addresses import PRIVATE
from .mesh_model import GkeMesh
from .names import Deployer, GroupMember, ProjectId, ProjectNumber, Region, SecurityGroup, Zone
from .network_model import SERVICES, GkeEndpoint, GkeExistingNetwork, GkeNetwork, GkeOwnNetwork
from .node_model import Confidential, GkeNodePool, pool_problems
from .service_model import GkeBackup, GkeDetection, GkeRegistry
from .versions import RELEASES

_NAME_LIMIT = 23
"""Accounts have at most 30 characters, and carry the cluster's name."""
_FEWEST_ZONES = 3


class Mode(StrEnum):
    """Who runs the nodes."""

    STANDARD = "standard"
    """Node pools of Container-Optimized OS that you size; GKE upgrades and repairs them. The default."""
    AUTOPILOT = "autopilot"
    """Google chooses, sizes, patches and replaces the nodes, and lets no pod near them."""


class NodeTraffic(StrEnum):
    """Who encrypts what goes from node to node."""

    CLUSTER = "cluster"
    """The cluster, beside Google's network; the default."""
    GOOGLE = "google"
    """Google's network alone; needs a waiver in strict mode."""


class NamePolicies(StrEnum):
    """Whether egress can be limited to names beside addresses (FQDNNetworkPolicy)."""

    OFFERED = "offered"
    """Tenants may write them; the default."""
    NONE = "none"
    """The cluster doesn't know them; needs a waiver in strict mode."""


class ControlPlaneKeys(StrEnum):
    """Whose keys encrypt the disks and the backups of the control plane. Only a new cluster can be given them."""

    OWN = "own"
    """Keys of the cluster's own; the default."""
    GOOGLE = "google"
    """Google's; needs a waiver in strict mode."""


class GkeAccess(Settings):
    """Who may sign in to the cluster. What they may do there, RBAC says."""

    group: GroupMember
    """A Google group; RBAC names it by its email, and it is a member of `securityGroup`."""


class GkeClusterArgs(CloudClusterArgs):
    """A GKE cluster with its network, nodes, keys, logs, backups and image policy."""

    identifier: Annotated[DnsLabel, Field(max_length=_NAME_LIMIT, pattern=r"^[a-z]")]
    """Name of the cluster, and the beginning of every name that it gives; at most 23 characters."""
    project: ProjectId
    """Id of the project. One cluster a project is best: rights, audit logs and image policy are the project's."""
    project_number: ProjectNumber
    """Number of the project."""
    region: Region
    """Region: the control plane stands in three of its zones."""
    zones: tuple[Zone, ...] = ()
    """Zones of the nodes, at least 3. Without it GKE takes three of the region."""
    network: GkeNetwork
    """The VPC: one of its own, or one that exists."""
    mode: Mode = Mode.STANDARD
    """Who runs the nodes."""
    node_pools: tuple[GkeNodePool, ...] = ()
    """Nodes, in the mode standard; one pool `default` where none is named."""
    confidential: Confidential = Confidential.SEV
    """How the memory of nodes is encrypted. Another technology is another cluster."""
    endpoint: GkeEndpoint = Field(default_factory=GkeEndpoint)
    """The API server's endpoint."""
    break_glass: tuple[GroupMember, ...] = Field(min_length=1)
    """Google groups that administer cluster and keys in an emergency. Without one, a lost deployer is a lost
    cluster."""
    deployer: Deployer
    """Account that `pulumi up` runs as. Whoever calls, the plan is the same."""
    security_group: SecurityGroup
    """`gke-security-groups@<domain>`: the group that all groups are in which RBAC names."""
    access: tuple[GkeAccess, ...] = ()
    """Google groups that may sign in to the cluster."""
    service_cidr: Cidr = "172.20.0.0/20"
    """Range of the Services' addresses; a prefix between /16 and /27."""
    node_traffic: NodeTraffic = NodeTraffic.CLUSTER
    """Who encrypts what goes from node to node."""
    name_policies: NamePolicies = NamePolicies.OFFERED
    """Whether egress can be limited to names."""
    mesh: GkeMesh | None = None
    """Cloud Service Mesh, run by Google; for `platform.mesh` with the operation managed."""
    control_plane_keys: ControlPlaneKeys = ControlPlaneKeys.OWN
    """Whose keys encrypt the disks and the backups of the control plane."""
    key_ring: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,63}$")] | None = None
    """Name of the ring of the cluster's keys; the cluster's name by default. Google never deletes a ring, so a cluster
    that is made again under its old name needs another ring."""
    upgrades: Upgrades = Field(default_factory=Upgrades)
    """How the cluster gets new versions."""
    registry: GkeRegistry = Field(default_factory=GkeRegistry)
    """Image repositories of the cluster, and what may run."""
    detection: GkeDetection = Field(default_factory=GkeDetection)
    """Logs."""
    backup: GkeBackup = Field(default_factory=GkeBackup)
    """Backups of what is in the cluster."""
    deletion: Deletion = Deletion.PROTECTED
    """Whether the cluster may be deleted."""
    labels: dict[
        Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$")], Annotated[str, Field(pattern=r"^[a-z0-9_-]{0,63}$")]
    ] = Field(default_factory=dict)
    """Labels of everything in Google Cloud, beside the toolkit's own."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        raise_all(
            [
                *self._mode_problems(),
                *self._principal_problems(),
                *self._network_problems(),
                *RELEASES.problems(self.upgrades),
                *maintenance.problems(self.upgrades),
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
    def pools(self) -> tuple[GkeNodePool, ...]:
        """The node pools, with the default one where none is named."""
        if self.mode is not Mode.STANDARD:
            return ()
        return self.node_pools or (GkeNodePool(name="default", machine_type=self._default_machine),)

    @property
    def managed_mesh(self) -> Mesh | None:
        """What tenants know of the mesh that Google runs."""
        return self.mesh.known(self.project) if self.mesh else None

    def own_networks(self) -> dict[str, str]:
        """Return the ranges of pods and Services, which no flow may open as an outside network."""
        return {"pods": self.network.pod_cidr, "services": self.service_cidr}

    def parse_grant(self, grant: str) -> workload_grants.Grant:
        """Return a `<role>@<resource>`."""
        return workload_grants.parse(grant)

    def create(self) -> MadeCluster:
        """Create the cluster; the package of Google Cloud is imported only now."""
        from .cluster import Cluster

        return Cluster(self.identifier, self)

    def declared(self) -> dict[str, Any]:
        """Return what controls read of the cluster: the settings as in a stack file, with what they resolve to."""
        found = RELEASES.release(self.upgrades)
        hidden = {"kind", "registry", "detection", "backup", "labels", "access"}
        shown = self.model_dump(mode="json", by_alias=True, exclude=hidden)
        resolved = {
            "networkPolicyEngine": NetworkPolicyEngine.GKE_DATAPLANE_V2.value,
            "nodePools": [pool.model_dump(mode="json", by_alias=True, exclude_none=True) for pool in self.pools],
            "upgrades": found.declared(self.upgrades),
        }
        return {key: value for key, value in {**shown, **resolved}.items() if value is not None}

    @property
    def _default_machine(self) -> str:
        return "c3-standard-4" if self.confidential is Confidential.TDX else "n2d-standard-4"

    def _mode_problems(self) -> Iterator[str]:
        if self.node_pools and self.mode is not Mode.STANDARD:
            yield f"nodePools belongs to the mode {Mode.STANDARD}, but mode is {self.mode}; remove one of the two"
        yield from pool_problems(self.pools, self.confidential)
        most = self.network.most_nodes
        wanted = sum(pool.largest for pool in self.pools)
        if wanted > most:
            yield f"network: cidr and podCidr have addresses for {most} nodes, nodePools names {wanted}; widen them"

    def _principal_problems(self) -> Iterator[str]:
        groups = [each.group for each in self.access]
        for group in sorted({group for group in groups if groups.count(group) > 1 or group in self.break_glass}):
            yield f"access: {group} has access already; remove it"

    def _network_problems(self) -> Iterator[str]:
        network = self.network
        ranges = {"network.cidr": network.cidr, "network.podCidr": network.pod_cidr, "serviceCidr": self.service_cidr}
        yield from overlaps(ranges)
        if not SERVICES[0] <= int(self.service_cidr.partition("/")[2]) <= SERVICES[1]:
            yield f"serviceCidr {self.service_cidr} needs a prefix between /{SERVICES[0]} and /{SERVICES[1]}"
        for zone in self.zones:
            if zone.rpartition("-")[0] != self.region:
                yield f"zones: the zone {zone} is not in the region {self.region}"
        if self.zones and len(set(self.zones)) < _FEWEST_ZONES:
            yield f"zones: needs {_FEWEST_ZONES} different zones, so that the loss of one is survived"
        if self.mesh and isinstance(network, GkeOwnNetwork) and self.mesh.google != (PRIVATE,):
            yield f"mesh.google is for an existing network; in an own one Google's APIs are at {PRIVATE}; remove it"
        if isinstance(network, GkeExistingNetwork) and f"/regions/{self.region}/" not in network.subnetwork:
            yield f"network.subnetwork is not in the region {self.region}"


class GkeCluster(GkeClusterArgs):
    """A cluster on Google Cloud, made by this stack."""

    kind: Literal["gke"]
    """What the cluster is."""
