"""What a stack says about an EKS cluster. No AWS package is imported here: the settings are read without one."""

import ipaddress
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from ..cloud import Cidr, Deletion, Endpoint
from ..cloud_cluster import CloudClusterArgs, MadeCluster
from ..model import DnsLabel, Settings, raise_all
from ..network_policy_engine import NetworkPolicyEngine
from ..tenancy.model import Group
from ..upgrades import Upgrades
from . import grants as workload_grants
from .arns import AccountId, PolicyArn, Region, RoleArn, account_of
from .network_model import EksNetwork
from .node_model import EksFargateProfile, EksNodeGroup
from .service_model import EksDetection, EksRegistry
from .versions import RELEASES

_NAME_LIMIT = 40
"""IAM roles have at most 64 characters, and carry the cluster's name."""


class Mode(StrEnum):
    """Who runs the nodes."""

    MANAGED_NODES = "managed-nodes"
    """Node groups of Bottlerocket that AWS creates, and replaces when you say so; the default."""
    AUTO = "auto"
    """EKS Auto Mode: AWS chooses, patches and replaces the nodes, and runs network, storage and load balancing."""
    FARGATE = "fargate"
    """No nodes: each pod is a virtual machine that AWS runs. Nothing there enforces NetworkPolicies; needs a waiver."""


_ENGINES = {
    Mode.MANAGED_NODES: (NetworkPolicyEngine.AWS_VPC_CNI, NetworkPolicyEngine.CILIUM),
    Mode.AUTO: (NetworkPolicyEngine.EKS_AUTO,),
    Mode.FARGATE: (NetworkPolicyEngine.NONE,),
}
"""What can enforce NetworkPolicies in each mode; the first is the default."""


class ControlPlaneEgress(StrEnum):
    """How the control plane reaches webhooks and identity providers."""

    AWS_MANAGED = "aws-managed"
    """From the network of AWS; the default."""
    CUSTOMER_ROUTED = "customer-routed"
    """Through the VPC, under its own routes and firewalls. Going back replaces the cluster."""


class EksAccess(Settings):
    """Who an IAM role is inside the cluster."""

    role: RoleArn
    """The role."""
    groups: tuple[Group, ...] = Field(min_length=1)
    """Kubernetes groups of whoever has the role; tenants give access to groups."""


class EksClusterArgs(CloudClusterArgs):
    """An EKS cluster with its network, nodes, keys, logs and detectors."""

    identifier: Annotated[DnsLabel, Field(max_length=_NAME_LIMIT)]
    """Name of the cluster, and the beginning of every name that it gives; at most 40 characters."""
    account: AccountId
    """AWS account; credentials of another one are refused."""
    region: Region
    """AWS region."""
    network: EksNetwork
    """The VPC: one of its own, or one that exists."""
    mode: Mode = Mode.MANAGED_NODES
    """Who runs the nodes."""
    node_groups: tuple[EksNodeGroup, ...] = ()
    """Nodes, in the mode managed-nodes; one group `default` where none is named."""
    fargate_profiles: tuple[EksFargateProfile, ...] = ()
    """Namespaces on Fargate, in the mode fargate; `kube-system` is always there."""
    endpoint: Endpoint = Field(default_factory=Endpoint)
    """The API server's endpoint."""
    control_plane_egress: ControlPlaneEgress = ControlPlaneEgress.AWS_MANAGED
    """How the control plane reaches webhooks and identity providers."""
    break_glass: tuple[RoleArn, ...] = Field(min_length=1)
    """Roles that administer cluster and keys in an emergency. Without one, a lost deployer is a lost cluster."""
    deployer: RoleArn
    """Role that `pulumi up` runs as. Whoever calls, the plan is the same."""
    access: tuple[EksAccess, ...] = ()
    """IAM roles, and the Kubernetes groups that they are."""
    network_policy_engine: NetworkPolicyEngine | None = None
    """What enforces NetworkPolicies: aws-vpc-cni (the default) or cilium with managed nodes, eks-auto in the mode
    auto, none in the mode fargate, as there is none. Cilium is yours to install; the toolkit then leaves the
    policies of the VPC CNI off."""
    service_cidr: Cidr = "172.20.0.0/16"
    """Range of the Services' addresses; a prefix between /12 and /24."""
    upgrades: Upgrades = Field(default_factory=Upgrades)
    """How the cluster gets new versions."""
    registry: EksRegistry = Field(default_factory=EksRegistry)
    """Image repositories of the cluster."""
    detection: EksDetection = Field(default_factory=EksDetection)
    """Logs and detectors."""
    irsa_issuer: str | None = Field(
        default=None, pattern=r"^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/id/[0-9A-F]{32}$"
    )
    """The cluster's OIDC issuer, without `https://`, where workloads get their roles by IRSA in place of Pod
    Identity. It is known once the cluster is there; as a plain value the trust of every role can be judged."""
    permissions_boundary: PolicyArn | None = None
    """Permissions boundary of every role that is made: what the account lets them have at most."""
    deletion: Deletion = Deletion.PROTECTED
    """Whether the cluster may be deleted."""
    tags: dict[str, str] = Field(default_factory=dict)
    """Tags of everything in AWS, beside the toolkit's own."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        raise_all(
            [
                *self._mode_problems(),
                *self._principal_problems(),
                *self._network_problems(),
                *RELEASES.problems(self.upgrades),
            ]
        )
        return self

    @property
    def engine(self) -> NetworkPolicyEngine:
        """What enforces NetworkPolicies."""
        return self.network_policy_engine or _ENGINES[self.mode][0]

    @property
    def minor(self) -> str:
        """Kubernetes minor that the settings resolve to today."""
        return RELEASES.release(self.upgrades).version

    @property
    def nodes(self) -> tuple[EksNodeGroup, ...]:
        """The node groups, with the default one where none is named."""
        if self.mode is not Mode.MANAGED_NODES:
            return ()
        return self.node_groups or (EksNodeGroup(name="default"),)

    @property
    def reachable(self) -> bool:
        """Whether `pulumi up` reaches the API server."""
        return self.endpoint.reachable

    def create(self) -> MadeCluster:
        """Create the cluster; the AWS package is imported only now."""
        from .cluster import Cluster

        return Cluster(self.identifier, self)

    def own_networks(self) -> dict[str, str]:
        """Return the ranges of pods and Services, which no flow may open as an outside network."""
        return {"services": self.service_cidr}

    def parse_grant(self, grant: str) -> workload_grants.Grants:
        """Return the ARN of an IAM policy, or a policy of the toolkit on a resource."""
        return workload_grants.parse([grant])

    def declared(self) -> dict[str, Any]:
        """Return what controls read of the cluster: the settings as in a stack file, with what they resolve to."""
        found = RELEASES.release(self.upgrades)
        hidden = {"kind", "registry", "detection", "tags", "access"}
        shown = self.model_dump(mode="json", by_alias=True, exclude=hidden)
        resolved = {
            "networkPolicyEngine": self.engine.value,
            "nodeGroups": [group.model_dump(mode="json", by_alias=True, exclude_none=True) for group in self.nodes],
            "upgrades": found.declared(self.upgrades),
        }
        return {key: value for key, value in {**shown, **resolved}.items() if value is not None}

    def _mode_problems(self) -> Iterator[str]:
        for key, given, mode in (
            ("nodeGroups", self.node_groups, Mode.MANAGED_NODES),
            ("fargateProfiles", self.fargate_profiles, Mode.FARGATE),
        ):
            if given and self.mode is not mode:
                yield f"{key} belongs to the mode {mode}, but mode is {self.mode}; remove one of the two"
        names = [each.name for each in (*self.node_groups, *self.fargate_profiles)]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"the name {name!r} stands twice among nodeGroups and fargateProfiles; rename one"
        if self.engine not in _ENGINES[self.mode]:
            allowed = " or ".join(_ENGINES[self.mode])
            yield f"networkPolicyEngine is {self.engine}; in the mode {self.mode} it can be {allowed}"

    def _principal_problems(self) -> Iterator[str]:
        for key, role in (
            *(("breakGlass", each) for each in self.break_glass),
            ("deployer", self.deployer),
            *(("access", each.role) for each in self.access),
        ):
            if account_of(role) != self.account:
                yield f"{key}: {role} is in another account than the cluster; name a role of {self.account}"
        if self.deployer in self.break_glass:
            yield "deployer stands among breakGlass; name another role, for the day when the deployer is lost"
        roles = [each.role for each in self.access]
        for role in sorted({role for role in roles if roles.count(role) > 1 or role in self._administrators()}):
            yield f"access: {role} has access already; an IAM role can have one entry"

    def _administrators(self) -> tuple[str, ...]:
        return (*self.break_glass, self.deployer)

    def _network_problems(self) -> Iterator[str]:
        services = ipaddress.IPv4Network(self.service_cidr)
        for cidr in self.network.cidrs:
            if services.overlaps(ipaddress.IPv4Network(cidr)):
                yield f"serviceCidr {self.service_cidr} overlaps the VPC's {cidr}; choose another"
        if not 12 <= services.prefixlen <= 24:
            yield f"serviceCidr {self.service_cidr} needs a prefix between /12 and /24"
        for zone in self.network.zones:
            if not zone.startswith(self.region):
                yield f"network: the zone {zone} is not in the region {self.region}"


class EksCluster(EksClusterArgs):
    """A cluster on AWS, made by this stack."""

    kind: Literal["eks"]
    """What the cluster is."""
