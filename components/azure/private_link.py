"""Services of Azure by addresses inside the network: private endpoints, and the zones that lead to them."""

import pulumi
from pulumi_azure_native import network, privatedns

from .site import Site

REGISTRY, REGISTRY_ZONE = "registry", "privatelink.azurecr.io"
VAULT, VAULT_ZONE = "vault", "privatelink.vaultcore.azure.net"


def zone(
    site: Site, name: str, network_id: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> tuple[privatedns.PrivateZone, privatedns.VirtualNetworkLink]:
    """Create a private DNS zone and link it to a network."""
    made = privatedns.PrivateZone(
        f"{site.name}-{name}",
        private_zone_name=name,
        resource_group_name=site.group,
        location="global",
        tags=site.tags,
        opts=opts,
    )
    link = privatedns.VirtualNetworkLink(
        f"{site.name}-{name}",
        virtual_network_link_name=site.name,
        private_zone_name=made.name,
        resource_group_name=site.group,
        location="global",
        registration_enabled=False,
        virtual_network=privatedns.SubResourceArgs(id=network_id),
        tags=site.tags,
        opts=pulumi.ResourceOptions(parent=made),
    )
    return made, link


def endpoint(
    name: str,
    site: Site,
    *,
    to: pulumi.Input[str],
    what: str,
    zone_id: pulumi.Input[str],
    subnet_id: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
) -> list[pulumi.Resource]:
    """Create an address in a subnet for a service, and its record in the zone; `what` is Azure's name of the part."""
    made = network.PrivateEndpoint(
        name,
        private_endpoint_name=name,
        resource_group_name=site.group,
        location=site.region,
        subnet=network.SubnetArgs(id=subnet_id),
        private_link_service_connections=[
            network.PrivateLinkServiceConnectionArgs(name=what, private_link_service_id=to, group_ids=[what])
        ],
        tags=site.tags,
        opts=opts,
    )
    record = network.PrivateDnsZoneGroup(
        name,
        private_dns_zone_group_name="default",
        private_endpoint_name=made.name,
        resource_group_name=site.group,
        private_dns_zone_configs=[network.PrivateDnsZoneConfigArgs(name=what, private_dns_zone_id=zone_id)],
        opts=pulumi.ResourceOptions(parent=made),
    )
    return [made, record]
