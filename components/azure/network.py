"""The network of an AKS cluster: a virtual network of its own, or one that exists."""

from typing import Any

import pulumi
from pulumi_azure_native import network

from ..options import below
from . import addresses, egress, flow_logs, private_link, security_rules
from .network_model import AksExistingNetwork, AksNetwork, AksOwnNetwork, Egress
from .site import Site

_CONTROL_PLANE = "Microsoft.ContainerService/managedClusters"
_FIREWALL = "AzureFirewallSubnet"
"""The name that Azure wants."""


class Network(pulumi.ComponentResource):
    """Subnets for nodes, for the API server and for private endpoints, and the zones in which names are found.

    An own network logs all flows. Each subnet has a security group and no egress that nobody chose; nodes leave it
    through a NAT gateway by the ports that are named, through a firewall by names, or not at all. Of an existing one
    the toolkit changes nothing: its routes, security groups, zones and flow logs are its owner's.

    Controls: those in policies/controls/azure that judge networks, subnets, security groups and flow logs.
    """

    network_id: pulumi.Input[str]
    """Full id of the network."""
    node_subnet_id: pulumi.Input[str]
    """Subnet of the nodes."""
    control_plane_subnet_id: pulumi.Input[str]
    """Subnet of the API server."""
    endpoint_subnet_id: pulumi.Input[str]
    """Subnet of private endpoints."""
    api_zone_id: pulumi.Input[str]
    """Private DNS zone of the API server."""
    registry_zone_id: pulumi.Input[str]
    """Private DNS zone of registries."""
    vault_zone_id: pulumi.Input[str]
    """Private DNS zone of vaults."""
    resources: list[pulumi.Resource]
    """What has to be there before a node starts."""

    def __init__(
        self,
        name: str,
        site: Site,
        args: AksNetwork,
        *,
        workspace_id: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Create the network; what a firewall decides goes to the workspace."""
        declared = {"cluster": site.name, **args.model_dump(mode="json", by_alias=True)}
        super().__init__("secureclusters:azure:Network", name, declared, opts)
        self._site, self._workspace_id = site, workspace_id
        self._children = below(self, opts)
        self.resources = []
        if isinstance(args, AksExistingNetwork):
            self._adopt(args)
        else:
            self._create(args)
        self.register_outputs(declared)

    def _adopt(self, args: AksExistingNetwork) -> None:
        subnets = f"{args.network}/subnets"
        self.network_id = args.network
        self.node_subnet_id = f"{subnets}/{args.node_subnet}"
        self.control_plane_subnet_id = f"{subnets}/{args.control_plane_subnet}"
        self.endpoint_subnet_id = f"{subnets}/{args.endpoint_subnet}"
        self.api_zone_id, self.registry_zone_id = args.zones.api_server, args.zones.registry
        self.vault_zone_id = args.zones.vault

    def _create(self, args: AksOwnNetwork) -> None:
        site, plan = self._site, addresses.plan(args.cidr)
        made = network.VirtualNetwork(
            site.name,
            virtual_network_name=site.name,
            resource_group_name=site.group,
            location=site.region,
            address_space=network.AddressSpaceArgs(address_prefixes=[args.cidr]),
            tags=site.tags,
            opts=self._children,
        )
        self._network = made
        self._below = pulumi.ResourceOptions(parent=made)
        self.network_id = made.id
        flow_logs.record(site, made.id, self._below)
        self._subnets(args, plan)
        self.api_zone_id = self._zone(site.names.api_zone)
        self.registry_zone_id = self._zone(private_link.REGISTRY_ZONE)
        self.vault_zone_id = self._zone(private_link.VAULT_ZONE)

    def _subnets(self, args: AksOwnNetwork, plan: addresses.Plan) -> None:
        site = self._site
        nat = egress.nat_gateway(site, self._below) if args.egress is Egress.NAT_GATEWAY else None
        table = egress.route_table(site, self._below) if args.egress is Egress.FIREWALL else None
        if table is not None:
            subnet = self._subnet(_FIREWALL, plan.firewall)
            firewall = egress.firewall(
                site, args, subnet_id=subnet.id, workspace_id=self._workspace_id, opts=self._below
            )
            self.resources.append(egress.route(site, firewall, table, pulumi.ResourceOptions(parent=table)))
        self.control_plane_subnet_id = self._subnet(
            "control-plane",
            plan.control_plane,
            network_security_group=self._group("control-plane"),
            delegations=[network.DelegationArgs(name="aks", service_name=_CONTROL_PLANE)],
        ).id
        self.endpoint_subnet_id = self._subnet(
            "endpoints",
            plan.endpoints,
            network_security_group=self._group("endpoints"),
            private_endpoint_network_policies="Enabled",
        ).id
        self.node_subnet_id = self._subnet(
            "nodes",
            plan.nodes,
            network_security_group=self._group("nodes", security_rules.of_nodes(args, plan)),
            nat_gateway=nat and network.SubResourceArgs(id=nat.id),
            route_table=table and network.RouteTableArgs(id=table.id),
        ).id

    def _subnet(self, name: str, cidr: str, **more: Any) -> network.Subnet:
        """Create a subnet after the one before: Azure changes one subnet of a network at a time."""
        made = network.Subnet(
            f"{self._site.name}-{name}",
            subnet_name=name,
            virtual_network_name=self._network.name,
            resource_group_name=self._site.group,
            address_prefix=cidr,
            default_outbound_access=False,
            opts=pulumi.ResourceOptions.merge(
                self._below,
                pulumi.ResourceOptions(
                    depends_on=[each for each in self.resources if isinstance(each, network.Subnet)]
                ),
            ),
            **more,
        )
        self.resources.append(made)
        return made

    def _group(
        self, name: str, rules: list[network.SecurityRuleArgs] | None = None
    ) -> network.NetworkSecurityGroupArgs:
        made = network.NetworkSecurityGroup(
            f"{self._site.name}-{name}",
            network_security_group_name=f"{self._site.name}-{name}",
            resource_group_name=self._site.group,
            location=self._site.region,
            security_rules=rules,
            tags=self._site.tags,
            opts=self._below,
        )
        return network.NetworkSecurityGroupArgs(id=made.id)

    def _zone(self, name: str) -> pulumi.Output[str]:
        zone, link = private_link.zone(self._site, name, self._network.id, self._below)
        self.resources.append(link)
        return zone.id
