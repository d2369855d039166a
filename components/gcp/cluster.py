"""A hardened GKE cluster with everything around it."""

import pulumi
import pulumi_gcp as gcp

from ..cloud import Deletion, EndpointAccess, Managed
from ..cluster import ClusterDns, ClusterHandle, kubernetes_provider
from ..network_policy_engine import NetworkPolicyEngine
from . import access, backup, control_plane, in_cluster, mesh, services
from .detection import Detection
from .encryption import USE, Key, KeyRing
from .kubeconfig import kubeconfig
from .model import ControlPlaneKeys, GkeClusterArgs, Mode, NamePolicies, NodeTraffic
from .names import Names
from .network import Network
from .node_model import disk_type
from .nodes import Nodes, node_account
from .registry import Registry
from .site import Site
from .workload_identities import GkeWorkloadIdentities

_VIA_DELEGATION = "roles/cloudkms.cryptoKeyEncrypterDecrypterViaDelegation"
_ROTATES = "roles/container.cloudKmsKeyUser"
_BETWEEN_NODES = {
    NodeTraffic.CLUSTER: "IN_TRANSIT_ENCRYPTION_INTER_NODE_TRANSPARENT",
    NodeTraffic.GOOGLE: "IN_TRANSIT_ENCRYPTION_DISABLED",
}
_CACHE = {"k8s-app": "node-local-dns"}
_CACHE_ADDRESS, _CLOUD_DNS_ADDRESS = "169.254.20.10/32", "169.254.169.254/32"


class Cluster(pulumi.ComponentResource):
    """A GKE cluster: private, encrypted, logged, backed up, and with named administrators only.

    What lies inside the cluster is made where `endpoint.reachableThrough` names a way to its API server;
    until then this speaks to the APIs of Google alone. It installs no workload, and reads nothing from the project.

    What Google looks after: the control plane in every mode, and when nodes are upgraded and repaired; in
    Autopilot the nodes altogether.

    Controls: those in policies/controls/gcp, and cluster-enforces-network-policy.
    """

    handle: ClusterHandle
    """The cluster as tenants and platform services see it."""
    kubeconfig: pulumi.Output[str]
    """A kubeconfig without credentials: it signs in by `gke-gcloud-auth-plugin`."""
    cluster: gcp.container.Cluster
    """The cluster in GKE."""

    def __init__(self, name: str, args: GkeClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the cluster; the logical name is usually the cluster's identifier."""
        declared = args.declared()
        super().__init__("secureclusters:gcp:Cluster", name, declared, opts)
        self._args = args
        labels = {**args.labels, "secure-clusters": args.identifier}
        self._site = Site(
            name=args.identifier,
            names=Names(args.project, args.project_number, args.region),
            deployer=args.deployer,
            break_glass=args.break_glass,
            key_ring=args.key_ring or args.identifier,
            labels=labels,
        )
        provider = gcp.Provider(
            f"{name}-gcp", project=args.project, region=args.region, opts=pulumi.ResourceOptions(parent=self)
        )
        there = pulumi.ResourceOptions(parent=self, providers=[provider])
        scanning = args.registry.scanning is Managed.HERE
        of_mesh = mesh.SERVICES if args.mesh else ()
        on = services.enable(self._site, scanning=scanning, further=of_mesh, opts=there)
        self._children = pulumi.ResourceOptions.merge(there, pulumi.ResourceOptions(depends_on=on))
        self._protected = pulumi.ResourceOptions.merge(
            self._children, pulumi.ResourceOptions(protect=args.deletion is Deletion.PROTECTED)
        )
        self._create(name)
        self.register_outputs(declared)

    def _create(self, name: str) -> None:
        args, site = self._args, self._site
        self._keys = KeyRing(site, self._protected)
        self._disks = self._key("disks", "compute", "container")
        self._account = node_account(site, self._children)
        network = Network(f"{name}-network", site, args.network, service_cidr=args.service_cidr, opts=self._children)
        detection = Detection(
            f"{name}-detection", site, args.detection, key=self._key("messages", "pubsub"), opts=self._children
        )
        has_images = args.registry.repositories or args.registry.pull_through
        known = args.managed_mesh
        registry = Registry(
            f"{name}-registry",
            site,
            args.registry,
            key=self._key("images", "artifactregistry") if has_images else None,
            nodes=self._account.member,
            proxies=known.cloud.proxies if known and known.cloud else None,
            opts=self._children,
        )
        self.cluster = self._cluster(network, detection, registry)
        backup.plan(
            site,
            args.backup,
            cluster_id=self.cluster.id,
            key=self._key("backups", "gkebackup"),
            opts=self._children,
        )
        meshed = mesh.manage(site, args.mesh, self.cluster, self._children) if args.mesh else []
        granted = access.grants(site, args.access, self._children)
        pools = self._nodes(name)
        by_name = args.endpoint.access is EndpointAccess.DNS
        authority = self.cluster.master_auth.apply(lambda value: value.cluster_ca_certificate or "")
        self.kubeconfig = kubeconfig(
            site.name, control_plane.server(args.endpoint, self.cluster), None if by_name else authority
        )
        self.handle = ClusterHandle(
            provider=kubernetes_provider(
                name, identifier=site.name, kubeconfig=self.kubeconfig, parent=self, after=[*granted, *pools]
            ),
            identifier=site.name,
            network_policy_engine=NetworkPolicyEngine.GKE_DATAPLANE_V2.value,
            dns=self._dns().model_dump(mode="json", by_alias=True),
            workload_identities=GkeWorkloadIdentities(site, self._children),
            managed_mesh=args.managed_mesh,
            mesh_ready=meshed,
            gone_with=self.cluster,
        )
        if args.endpoint.reachable:
            in_cluster.encrypted_storage(site, self._disks, disk_type(args.pools), self.handle.inside(self))

    def _key(self, purpose: str, *services_: str) -> Key:
        return self._keys.key(purpose, {self._site.names.agent(each): [USE] for each in services_})

    def _control_plane_keys(self) -> dict[str, Key]:
        """Return the keys of the control plane's disks and backups.

        Roles: https://docs.cloud.google.com/kubernetes-engine/docs/how-to/encrypt-etcd-control-plane-disks. A new
        version is used for new disks only; Google asks that old ones stay, and they do.
        """
        if self._args.control_plane_keys is ControlPlaneKeys.GOOGLE:
            return {}
        agent = self._site.names.agent("container")
        return {
            "disks": self._keys.key("control-plane", {agent: [USE, _VIA_DELEGATION, _ROTATES]}),
            "backups": self._keys.key("etcd-backups", {agent: [USE]}),
        }

    def _dns(self) -> ClusterDns:
        """Return where DNS answers: kube-dns behind a cache on each node; in Autopilot Cloud DNS behind the cache."""
        beside = (_CACHE_ADDRESS, _CLOUD_DNS_ADDRESS) if self._args.mode is Mode.AUTOPILOT else ()
        return ClusterDns(caches=_CACHE, networks=beside)

    def _nodes(self, name: str) -> list[gcp.container.NodePool]:
        if not self._args.pools:
            return []
        return Nodes(
            f"{name}-nodes",
            self._site,
            self._args.pools,
            cluster_name=self.cluster.name,
            upgrades=self._args.upgrades,
            key=self._disks,
            account=self._account,
            opts=self._children,
        ).node_pools

    def _cluster(self, network: Network, detection: Detection, registry: Registry) -> gcp.container.Cluster:
        args, site = self._args, self._site
        secrets = self._key("secrets", "container")
        own = self._control_plane_keys()
        by_mode = (
            control_plane.autopilot(self._account, self._disks)
            if args.mode is Mode.AUTOPILOT
            else control_plane.standard(site.names.workload_pool)
        )
        pods, service_range = network.ranges
        made_before = [
            registry,
            *self._account.resources,
            *(resource for key in (secrets, self._disks, *own.values()) for resource in key.resources),
        ]
        return gcp.container.Cluster(
            site.name,
            name=site.name,
            project=site.project,
            location=site.region,
            node_locations=list(args.zones) or None,
            network=network.network_id,
            subnetwork=network.subnet_id,
            networking_mode="VPC_NATIVE",
            ip_allocation_policy=gcp.container.ClusterIpAllocationPolicyArgs(
                cluster_secondary_range_name=pods, services_secondary_range_name=service_range
            ),
            in_transit_encryption_config=_BETWEEN_NODES[args.node_traffic],
            enable_fqdn_network_policy=args.name_policies is NamePolicies.OFFERED,
            deletion_protection=args.deletion is Deletion.PROTECTED,
            resource_labels={**site.labels, **(mesh.labels(site) if args.mesh else {})},
            **(mesh.of_cluster(site) if args.mesh else {}),
            **control_plane.endpoint(args.endpoint),
            **control_plane.identities(args),
            **control_plane.encryption(args, secrets, own),
            **control_plane.admission(),
            **control_plane.observation(detection.topic_id),
            **control_plane.upgrades(args),
            **by_mode,
            opts=pulumi.ResourceOptions.merge(self._protected, pulumi.ResourceOptions(depends_on=made_before)),
        )
