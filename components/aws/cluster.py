"""A hardened EKS cluster with everything around it."""

import pulumi
import pulumi_aws as aws

from ..cloud import Deletion, EndpointAccess
from ..cluster import ClusterDns, ClusterHandle, kubernetes_provider
from ..network_policy_engine import NetworkPolicyEngine
from . import access, add_ons, auto_mode, encryption, iam, in_cluster, logs
from .arns import Arns
from .detection import CONTROL_PLANE_LOGS, Detection
from .identity import oidc_provider
from .kubeconfig import kubeconfig
from .model import ControlPlaneEgress, EksClusterArgs, Mode
from .network import Network
from .node_model import NodeAccess
from .nodes import Nodes, fargate_profiles, node_role
from .registry import Registry
from .site import Site
from .workload_identities import EksWorkloadIdentities

_SYSTEM_NODES = "system"
_JOINS = "AmazonEKSWorkerNodeMinimalPolicy"
"""By which nodes of Auto Mode join the cluster."""
_EGRESS = {ControlPlaneEgress.AWS_MANAGED: "AWS_MANAGED", ControlPlaneEgress.CUSTOMER_ROUTED: "CUSTOMER_ROUTED"}


class Cluster(pulumi.ComponentResource):
    """An EKS cluster: private, encrypted, logged, watched, and with named administrators only.

    What lies inside the cluster is made where `endpoint.reachableThrough` names a way to its API server;
    until then this speaks to the API of AWS alone. It installs no workload, and reads nothing from the account.

    What AWS looks after: the control plane in every mode; in Auto Mode nodes, network, storage and load
    balancers as well, with their patches; on Fargate each pod's virtual machine, where nothing enforces
    NetworkPolicies and no agent watches.

    Controls: those in policies/controls/aws, and cluster-enforces-network-policy.
    """

    handle: ClusterHandle
    """The cluster as tenants and platform services see it."""
    kubeconfig: pulumi.Output[str]
    """A kubeconfig without credentials: it signs in by `aws eks get-token`."""
    cluster: aws.eks.Cluster
    """The cluster in EKS."""

    def __init__(self, name: str, args: EksClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the cluster; the logical name is usually the cluster's identifier."""
        declared = args.declared()
        super().__init__("secureclusters:aws:Cluster", name, declared, opts)
        self._args = args
        self._site = Site(
            name=args.identifier,
            arns=Arns(args.account, args.region),
            deployer=args.deployer,
            break_glass=args.break_glass,
            boundary=args.permissions_boundary,
        )
        provider = aws.Provider(
            f"{name}-aws",
            region=args.region,
            allowed_account_ids=[args.account],
            default_tags=aws.ProviderDefaultTagsArgs(tags={**args.tags, "secureclusters.dev/cluster": args.identifier}),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._children = pulumi.ResourceOptions(parent=self, providers=[provider])
        self._protected = pulumi.ResourceOptions.merge(
            self._children, pulumi.ResourceOptions(protect=args.deletion is Deletion.PROTECTED)
        )
        self._minor = args.minor
        self._create(name)
        self.register_outputs(declared)

    def _create(self, name: str) -> None:
        args, site = self._args, self._site
        logs_key = logs.key(site, self._children)
        detection = Detection(f"{name}-detection", site, args.detection, logs_key_arn=logs_key.arn, opts=self._children)
        self._network = Network(
            f"{name}-network",
            site,
            args.network,
            logs_key_arn=logs_key.arn,
            log_retention_days=args.detection.log_retention_days,
            opts=self._children,
        )
        registry = Registry(f"{name}-registry", site, args.registry, opts=self._children)
        self._roles = add_ons.identities(site, self._children) if args.mode is Mode.MANAGED_NODES else {}
        role = self._cluster_role()
        self._key = self._cluster_key(role)
        self._node_role = (
            node_role("auto-nodes", site, _JOINS, NodeAccess.NONE, registry.prefixes, self._children)
            if args.mode is Mode.AUTO
            else None
        )
        self.cluster = self._cluster(role, detection)
        entries = access.entries(site, self.cluster.name, args.access, self._children)
        self.kubeconfig = kubeconfig(
            site.name,
            args.region,
            self.cluster.endpoint,
            self.cluster.certificate_authority.apply(lambda authority: authority.data or ""),
        )
        issuer = [oidc_provider(site, args.irsa_issuer, self._children)] if args.irsa_issuer else []
        self.handle = ClusterHandle(
            provider=kubernetes_provider(
                name, identifier=site.name, kubeconfig=self.kubeconfig, parent=self, after=[*entries, *issuer]
            ),
            identifier=site.name,
            network_policy_engine=args.engine.value,
            dns=self._dns().model_dump(mode="json", by_alias=True),
            workload_identities=EksWorkloadIdentities(site, self.cluster.name, args.irsa_issuer, self._children),
            gone_with=self.cluster,
        )
        self._fill(name, registry)

    def _dns(self) -> ClusterDns:
        """Return where DNS answers: in Auto Mode on each node, under the Service's address or the node's own."""
        beside = (self._args.service_cidr, *self._network.ranges) if self._args.mode is Mode.AUTO else ()
        return ClusterDns(networks=beside)

    def _cluster_role(self) -> iam.Role:
        """Create the role that EKS has in the account; in Auto Mode it makes instances, disks and load balancers."""
        site, auto = self._site, self._args.mode is Mode.AUTO
        managed = ["AmazonEKSClusterPolicy"]
        if auto:
            managed += [
                "AmazonEKSBlockStoragePolicy",
                "AmazonEKSComputePolicy",
                "AmazonEKSLoadBalancingPolicy",
                "AmazonEKSNetworkingPolicy",
            ]
        trust = iam.trust_service(
            "eks.amazonaws.com", iam.on_behalf_of(site, site.arns.cluster(site.name)), tagged=auto
        )
        return iam.Role(
            "cluster", site, trust, managed=[site.arns.aws_policy(each) for each in managed], opts=self._children
        )

    def _cluster_key(self, role: iam.Role) -> aws.kms.Key:
        """Create the key of secrets and disks; its policy names roles that are there before it."""
        site, mode = self._site, self._args.mode
        disks: list[str] = []
        named: list[pulumi.Resource] = list(role.resources)
        if mode is Mode.AUTO:
            disks = [role.plain_arn]
        elif mode is Mode.MANAGED_NODES:
            driver = self._roles[add_ons.DISKS]
            scaling = "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
            disks = [driver.role_arn, site.arns.role(scaling)]
            named += driver.resources
        statements = [encryption.grant("EncryptSecrets", [site.deployer, role.plain_arn])]
        if disks:
            statements += [encryption.use("EncryptDisks", disks), encryption.grant("AttachDisks", disks)]
        opts = pulumi.ResourceOptions.merge(self._protected, pulumi.ResourceOptions(depends_on=named))
        return encryption.key("cluster", site, statements, opts)

    def _cluster(self, role: iam.Role, detection: Detection) -> aws.eks.Cluster:
        args, auto = self._args, self._args.mode is Mode.AUTO
        public = args.endpoint.access is EndpointAccess.PUBLIC
        return aws.eks.Cluster(
            self._site.name,
            name=self._site.name,
            role_arn=role.arn,
            version=self._minor,
            upgrade_policy=aws.eks.ClusterUpgradePolicyArgs(support_type="STANDARD"),
            force_update_version=False,
            access_config=aws.eks.ClusterAccessConfigArgs(
                authentication_mode="API", bootstrap_cluster_creator_admin_permissions=False
            ),
            vpc_config=aws.eks.ClusterVpcConfigArgs(
                subnet_ids=self._network.control_plane_subnets,
                endpoint_private_access=True,
                endpoint_public_access=public,
                public_access_cidrs=list(args.endpoint.public_cidrs) if public else None,
                control_plane_egress_mode=_EGRESS[args.control_plane_egress],
            ),
            kubernetes_network_config=aws.eks.ClusterKubernetesNetworkConfigArgs(
                service_ipv4_cidr=args.service_cidr,
                elastic_load_balancing=aws.eks.ClusterKubernetesNetworkConfigElasticLoadBalancingArgs(enabled=True)
                if auto
                else None,
            ),
            encryption_config=aws.eks.ClusterEncryptionConfigArgs(
                provider=aws.eks.ClusterEncryptionConfigProviderArgs(key_arn=self._key.arn), resources=["secrets"]
            ),
            enabled_cluster_log_types=list(CONTROL_PLANE_LOGS),
            bootstrap_self_managed_addons=False,
            compute_config=aws.eks.ClusterComputeConfigArgs(
                enabled=True, node_pools=[_SYSTEM_NODES], node_role_arn=self._node_role.arn
            )
            if self._node_role
            else None,
            storage_config=aws.eks.ClusterStorageConfigArgs(
                block_storage=aws.eks.ClusterStorageConfigBlockStorageArgs(enabled=True)
            )
            if auto
            else None,
            deletion_protection=args.deletion is Deletion.PROTECTED,
            zonal_shift_config=aws.eks.ClusterZonalShiftConfigArgs(enabled=True),
            opts=pulumi.ResourceOptions.merge(
                self._protected,
                pulumi.ResourceOptions(
                    depends_on=[
                        detection.log_group,
                        *role.resources,
                        *(self._node_role.resources if self._node_role else []),
                    ]
                ),
            ),
        )

    def _fill(self, name: str, registry: Registry) -> None:
        """Create what runs in the cluster, in the order in which it needs one another."""
        args, site = self._args, self._site
        reachable = args.endpoint.reachable
        inside = self.handle.inside(self)
        if args.mode is Mode.AUTO:
            if reachable and self._node_role:
                subnets = self._network.node_subnets
                auto_mode.nodes(site, self._node_role.name, subnets, self._key.arn, args.upgrades, inside)
                in_cluster.encrypted_storage(site, "ebs.csi.eks.amazonaws.com", inside)
            return
        enforces = args.engine is NetworkPolicyEngine.AWS_VPC_CNI
        # Strict mode needs policies for the system's own pods, and those a way into the cluster.
        strict = enforces and reachable
        made = add_ons.AddOns(
            site,
            self.cluster.name,
            self._roles,
            minor=self._minor,
            enforcing_mode=("strict" if strict else "standard") if enforces else None,
            opts=self._children,
        )
        flows = in_cluster.system_flows(site, self._network.ranges, args.service_cidr, inside) if strict else []
        if args.mode is Mode.FARGATE:
            profiles = fargate_profiles(
                site,
                args.fargate_profiles,
                self._network.node_subnets,
                cluster_name=self.cluster.name,
                protected=args.deletion is Deletion.PROTECTED,
                opts=self._children,
            )
            made.make_on_fargate(profiles)
            return
        first = made.make(add_ons.BEFORE_NODES, flows)
        nodes = Nodes(
            f"{name}-nodes",
            site,
            args.nodes,
            cluster_name=self.cluster.name,
            version=self._minor,
            upgrades=args.upgrades,
            subnets=self._network.node_subnets,
            key_arn=self._key.arn,
            pull_through=registry.prefixes,
            after=first,
            opts=self._children,
        )
        made.make(add_ons.AFTER_NODES, nodes.node_groups)
        if reachable:
            in_cluster.encrypted_storage(site, "ebs.csi.aws.com", inside)
