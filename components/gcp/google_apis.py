"""The way to Google's own services that never leaves Google's network."""

import pulumi
import pulumi_gcp as gcp

from .google_addresses import PRIVATE
from .site import Site

_ADDRESSES = ("199.36.153.8", "199.36.153.9", "199.36.153.10", "199.36.153.11")
_DOMAINS = ("gcr.io", "gke.goog", "googleapis.com", "pkg.dev")
"""What nodes, pods and whoever calls the API server by its name ask for: APIs, images, control planes."""
_SECONDS = 300


def private_access(site: Site, network_id: pulumi.Input[str], opts: pulumi.ResourceOptions) -> None:
    """Let names of Google's services lead to the private addresses, and the route to them stay inside."""
    gcp.compute.Route(
        f"{site.name}-google",
        name=f"{site.name}-google",
        project=site.project,
        network=network_id,
        dest_range=PRIVATE,
        next_hop_gateway="default-internet-gateway",
        priority=1000,
        opts=opts,
    )
    for domain in _DOMAINS:
        _zone(site, domain, network_id, opts)


def _zone(site: Site, domain: str, network_id: pulumi.Input[str], opts: pulumi.ResourceOptions) -> None:
    name = f"{site.name}-{domain.replace('.', '-')}"
    zone = gcp.dns.ManagedZone(
        name,
        name=name,
        project=site.project,
        dns_name=f"{domain}.",
        description=f"{domain} without the internet, for the cluster {site.name}",
        visibility="private",
        private_visibility_config=gcp.dns.ManagedZonePrivateVisibilityConfigArgs(
            networks=[gcp.dns.ManagedZonePrivateVisibilityConfigNetworkArgs(network_url=network_id)]
        ),
        labels=site.labels,
        opts=opts,
    )
    below = pulumi.ResourceOptions(parent=zone)
    # A zone has nothing but what stands in it, so what is asked for leads to the addresses, and the rest to the first.
    for kind, host, values in (("A", f"{domain}.", list(_ADDRESSES)), ("CNAME", f"*.{domain}.", [f"{domain}."])):
        gcp.dns.RecordSet(
            f"{name}-{kind.lower()}",
            project=site.project,
            managed_zone=zone.name,
            name=host,
            type=kind,
            ttl=_SECONDS,
            rrdatas=values,
            opts=below,
        )
