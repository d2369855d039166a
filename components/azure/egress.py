"""The way out of a network of one's own: a NAT gateway, or a firewall that decides by names."""

import pulumi
from pulumi_azure_native import network

from . import logs
from .network_model import AksOwnNetwork
from .site import Site

_EVERYWHERE = "0.0.0.0/0"
_ZONES = ("1", "2", "3")


def nat_gateway(site: Site, opts: pulumi.ResourceOptions) -> network.NatGateway:
    """Create a NAT gateway. Azure puts it into one zone: without that zone nothing leaves, and all else goes on."""
    return network.NatGateway(
        site.name,
        nat_gateway_name=site.name,
        resource_group_name=site.group,
        location=site.region,
        sku=network.NatGatewaySkuArgs(name="Standard"),
        idle_timeout_in_minutes=4,
        public_ip_addresses=[network.SubResourceArgs(id=_address(site, opts).id)],
        tags=site.tags,
        opts=opts,
    )


def firewall(
    site: Site,
    args: AksOwnNetwork,
    *,
    subnet_id: pulumi.Input[str],
    workspace_id: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
) -> network.AzureFirewall:
    """Create a firewall in all zones; nodes and pods reach what AKS needs and the named hosts, by HTTPS alone.

    Its threat intelligence denies what Microsoft knows as hostile; what it decides goes to the workspace.
    """
    policy = network.FirewallPolicy(
        site.name,
        firewall_policy_name=site.name,
        resource_group_name=site.group,
        location=site.region,
        sku=network.FirewallPolicySkuArgs(tier="Standard"),
        threat_intel_mode="Deny",
        dns_settings=network.DnsSettingsArgs(enable_proxy=True),
        tags=site.tags,
        opts=opts,
    )
    rules = network.FirewallPolicyRuleCollectionGroup(
        site.name,
        rule_collection_group_name="cluster",
        firewall_policy_name=policy.name,
        resource_group_name=site.group,
        priority=200,
        rule_collections=[_hosts(args)],
        opts=pulumi.ResourceOptions(parent=policy),
    )
    made = network.AzureFirewall(
        site.name,
        azure_firewall_name=site.name,
        resource_group_name=site.group,
        location=site.region,
        sku=network.AzureFirewallSkuArgs(name="AZFW_VNet", tier="Standard"),
        zones=list(_ZONES),
        firewall_policy=network.SubResourceArgs(id=policy.id),
        ip_configurations=[
            network.AzureFirewallIPConfigurationArgs(
                name="out",
                public_ip_address=network.SubResourceArgs(id=_address(site, opts).id),
                subnet=network.SubResourceArgs(id=subnet_id),
            )
        ],
        tags=site.tags,
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[rules])),
    )
    logs.send(f"{site.name}-firewall", of=made.id, to=workspace_id, categories=logs.FIREWALL, opts=opts)
    return made


def route(
    site: Site, through: network.AzureFirewall, table: network.RouteTable, opts: pulumi.ResourceOptions
) -> network.Route:
    """Create the route of all that leaves the nodes, through the firewall."""
    address = through.ip_configurations.apply(lambda found: (found or [])[0].private_ip_address)
    return network.Route(
        site.name,
        route_name="out",
        route_table_name=table.name,
        resource_group_name=site.group,
        address_prefix=_EVERYWHERE,
        next_hop_type="VirtualAppliance",
        next_hop_ip_address=address,
        opts=opts,
    )


def route_table(site: Site, opts: pulumi.ResourceOptions) -> network.RouteTable:
    """Create the nodes' routes; what a VPN announces does not lead round the firewall."""
    return network.RouteTable(
        site.name,
        route_table_name=site.name,
        resource_group_name=site.group,
        location=site.region,
        disable_bgp_route_propagation=True,
        tags=site.tags,
        opts=opts,
    )


def _hosts(args: AksOwnNetwork) -> network.FirewallPolicyFilterRuleCollectionArgs:
    inside = [args.node_cidr, args.pod_cidr]
    https = [network.FirewallPolicyRuleApplicationProtocolArgs(protocol_type="Https", port=443)]
    needed = network.ApplicationRuleArgs(
        rule_type="ApplicationRule",
        name="aks",
        source_addresses=inside,
        fqdn_tags=["AzureKubernetesService"],
        protocols=https,
    )
    named = network.ApplicationRuleArgs(
        rule_type="ApplicationRule",
        name="hosts",
        source_addresses=inside,
        target_fqdns=list(args.egress_hosts),
        protocols=https,
    )
    return network.FirewallPolicyFilterRuleCollectionArgs(
        rule_collection_type="FirewallPolicyFilterRuleCollection",
        name="out",
        priority=200,
        action=network.FirewallPolicyFilterRuleCollectionActionArgs(type="Allow"),
        rules=[needed, *([named] if args.egress_hosts else [])],
    )


def _address(site: Site, opts: pulumi.ResourceOptions) -> network.PublicIPAddress:
    return network.PublicIPAddress(
        f"{site.name}-out",
        public_ip_address_name=f"{site.name}-out",
        resource_group_name=site.group,
        location=site.region,
        sku=network.PublicIPAddressSkuArgs(name="Standard", tier="Regional"),
        public_ip_allocation_method="Static",
        zones=list(_ZONES),
        tags=site.tags,
        opts=opts,
    )
