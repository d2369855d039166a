"""A hardened AKS cluster with everything around it."""

import pulumi
from pulumi_azure_native import Provider, authorization, containerservice, resources

from ..cloud import Deletion, EndpointAccess
from ..cluster import ClusterDns, ClusterHandle, kubernetes_provider
from ..network_policy_engine import NetworkPolicyEngine
from . import access, control_plane, encryption, in_cluster, maintenance
from .collection import collect
from .detection import Detection
from .kubeconfig import kubeconfig
from .model import AksClusterArgs, Mode
from .names import Names
from .network import Network
from .network_model import Egress
from .nodes import MOVING, Nodes, system_pool
from .principals import grants, principals
from .registry import Registry
from .site import Site
from .workload_identities import AksWorkloadIdentities

_LOCAL_DNS = ("169.254.10.10/32", "169.254.10.11/32")
"""Where DNS answers on each node of AKS Automatic."""


def _issuer(profile: containerservice.outputs.ManagedClusterOIDCIssuerProfileResponse | None) -> str:
    return (profile.issuer_url if profile else None) or ""


class Cluster(pulumi.ComponentResource):
    """An AKS cluster: private, encrypted, logged, locked, and with named administrators only.

    What lies inside the cluster is made where `endpoint.reachableThrough` names a way to its API server; until then
    this speaks to the APIs of Azure alone. It installs no workload, and reads nothing from the subscription but the
    certificate authority of the cluster that it has made.

    What Microsoft looks after: the control plane in every mode, and when nodes are upgraded and repaired; in AKS
    Automatic the nodes altogether.

    Controls: those in policies/controls/azure, and cluster-enforces-network-policy.
    """

    handle: ClusterHandle
    """The cluster as tenants and platform services see it."""
    kubeconfig: pulumi.Output[str]
    """A kubeconfig without credentials: it signs in by `kubelogin`."""
    cluster: containerservice.ManagedCluster
    """The cluster in AKS."""

    def __init__(self, name: str, args: AksClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the cluster; the logical name is usually the cluster's identifier."""
        declared = args.declared()
        super().__init__("secureclusters:azure:Cluster", name, declared, opts)
        self._args = args
        provider = Provider(
            f"{name}-azure",
            subscription_id=args.subscription,
            tenant_id=args.tenant,
            location=args.region,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._children = pulumi.ResourceOptions(parent=self, providers=[provider])
        self._protected = pulumi.ResourceOptions.merge(
            self._children, pulumi.ResourceOptions(protect=args.deletion is Deletion.PROTECTED)
        )
        tags = {**args.tags, "secure-clusters": args.identifier}
        group = resources.ResourceGroup(
            name,
            resource_group_name=args.identifier,
            location=args.region,
            tags=tags,
            # With it Azure would delete what is kept as evidence.
            opts=pulumi.ResourceOptions.merge(self._protected, pulumi.ResourceOptions(retain_on_delete=True)),
        )
        self._site = Site(
            name=args.identifier,
            names=Names(args.identifier, args.subscription, args.region, args.vault_name),
            tenant=args.tenant,
            group=group.name,
            group_id=group.id,
            deployer=args.deployer,
            break_glass=args.break_glass,
            tags=tags,
        )
        self._create(name)
        self.register_outputs(declared)

    def _create(self, name: str) -> None:
        args, site = self._args, self._site
        self._principals = principals(site, self._children)
        self._detection = Detection(f"{name}-detection", site, args.detection, opts=self._children)
        workspace_id = self._detection.workspace_id
        self._network = Network(f"{name}-network", site, args.network, workspace_id=workspace_id, opts=self._children)
        self._vault = encryption.Vault(site, self._network, workspace_id, self._protected)
        self._secrets = self._vault.key("secrets")
        self._disks = encryption.disks(site, self._vault.key("disks"), self._children)
        self._registry = Registry(
            f"{name}-registry",
            site,
            args.registry,
            network=self._network,
            nodes=self._principals.nodes.principal_id,
            bootstrap=args.network.egress is Egress.ISOLATED,
            workspace_id=workspace_id,
            opts=self._children,
        )
        self.cluster = self._cluster()
        # A child is protected as its parent is, and the lock could then never be taken off.
        beside = pulumi.ResourceOptions(parent=self.cluster, protect=False)
        collect(site, self.cluster, workspace_id, beside)
        maintenance.windows(site, self.cluster, args.upgrades, beside)
        granted = access.grants(site, args.access, self._children)
        pools = self._nodes(name)
        self._lock(beside)
        self.kubeconfig = kubeconfig(site, self.cluster, pulumi.InvokeOutputOptions(parent=self.cluster))
        self.handle = ClusterHandle(
            provider=kubernetes_provider(
                name, identifier=site.name, kubeconfig=self.kubeconfig, parent=self, after=[*granted, *pools]
            ),
            identifier=site.name,
            network_policy_engine=NetworkPolicyEngine.CILIUM.value,
            dns=self._dns().model_dump(mode="json", by_alias=True),
            workload_identities=AksWorkloadIdentities(
                site,
                self.cluster.oidc_issuer_profile.apply(_issuer),
                self._children,
            ),
            managed_mesh=args.managed_mesh,
            gone_with=self.cluster,
        )
        if args.endpoint.reachable:
            in_cluster.encrypted_storage(site, self.handle.inside(self))
            if args.mode is Mode.AUTOMATIC:
                in_cluster.nodes(site, args.upgrades, self.handle.inside(self))

    def _cluster(self) -> containerservice.ManagedCluster:
        args, site = self._args, self._site
        pool = system_pool(args.system_pool, self._network.node_subnet_id, args.upgrades, site.tags)
        moving = [f"agentPoolProfiles[*].{each}" for each in MOVING]
        if maintenance.moves_by_itself(args.upgrades):
            moving.append("kubernetesVersion")
        return containerservice.ManagedCluster(
            site.name,
            resource_name_=site.name,
            resource_group_name=site.group,
            node_resource_group=f"{site.name}-nodes",
            location=site.region,
            dns_prefix=site.name,
            agent_pool_profiles=[pool],
            api_server_access_profile=control_plane.endpoint(args, self._network),
            network_profile=control_plane.network_profile(args),
            **control_plane.identities(args, self._principals),
            **control_plane.security(self._secrets, self._vault.id, self._disks, self._detection.workspace_id),
            **control_plane.add_ons(self._detection.workspace_id),
            **control_plane.mode(args),
            **control_plane.mesh(args),
            **control_plane.bootstrap(args, self._registry.registry_id),
            **control_plane.upgrades(args),
            tags=site.tags,
            opts=pulumi.ResourceOptions.merge(
                self._protected,
                pulumi.ResourceOptions(
                    ignore_changes=moving,
                    depends_on=[
                        *self._grants(),
                        *self._detection.resources,
                        *self._network.resources,
                        *self._disks.resources,
                        *self._registry.resources,
                    ],
                ),
            ),
        )

    def _grants(self) -> list[pulumi.Resource]:
        """Give the control plane what it needs before it starts.

        On the network, where it joins subnets, links its zone and makes load balancers; on the vault, to which it
        makes an endpoint of its own; on the key and the disks.
        """
        needs = {
            "network": ("Network Contributor", self._network.network_id),
            "vault": ("Key Vault Contributor", self._vault.id),
            "secrets": ("Key Vault Crypto User", self._secrets.id),
            "disks": ("Reader", self._disks.id),
        }
        if self._args.endpoint.access is EndpointAccess.PRIVATE:
            needs["zone"] = ("Private DNS Zone Contributor", self._network.api_zone_id)
        return list(grants(self._site, self._principals, needs))

    def _nodes(self, name: str) -> list[containerservice.AgentPool]:
        if not self._args.pools:
            return []
        return Nodes(
            f"{name}-nodes",
            self._site,
            self._args.pools,
            cluster_name=self.cluster.name,
            subnet_id=self._network.node_subnet_id,
            upgrades=self._args.upgrades,
            opts=self._children,
        ).node_pools

    def _lock(self, opts: pulumi.ResourceOptions) -> None:
        """Let Azure refuse to delete the cluster and its pools, whoever asks."""
        if self._args.deletion is Deletion.PROTECTED:
            authorization.ManagementLockByScope(
                self._site.name,
                lock_name="secure-clusters",
                scope=self.cluster.id,
                level="CanNotDelete",
                notes=f"The cluster {self._site.name} is protected; its stack file says so in cluster.deletion",
                opts=opts,
            )

    def _dns(self) -> ClusterDns:
        """Return where DNS answers: CoreDNS; in AKS Automatic on each node as well."""
        return ClusterDns(networks=_LOCAL_DNS if self._args.mode is Mode.AUTOMATIC else ())
