"""The network of a GKE cluster: a VPC of its own, or one that exists."""

import pulumi
import pulumi_gcp as gcp

from ..options import below
from . import google_apis
from .google_addresses import PRIVATE
from .network_model import Egress, GkeExistingNetwork, GkeNetwork, GkeOwnNetwork
from .site import Site

_INTERNET = "0.0.0.0/0"
_TYPE = "secureclusters:gcp:Network"
_ALLOW, _DENY = 1000, 65534
"""Priorities of firewall rules: the lower number decides."""


class Network(pulumi.ComponentResource):
    """A subnet whose machines have private addresses only, with ranges of their own for pods and Services.

    An own VPC logs all flows and all that its firewall decides. Nothing leaves it but to Google's services, by
    addresses inside Google's network, and through Cloud NAT by the ports that are named. Of an existing one the
    toolkit changes nothing: its routes, firewall rules and flow logs are its owner's.

    Controls: those in policies/controls/gcp that judge networks, subnets, firewall rules and NAT.
    """

    network_id: pulumi.Input[str]
    """Name of the VPC."""
    subnet_id: pulumi.Input[str]
    """Name of the subnet."""
    ranges: tuple[str, str]
    """Names of the subnet's ranges for pods and for Services."""

    def __init__(
        self,
        name: str,
        site: Site,
        args: GkeNetwork,
        *,
        service_cidr: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Create the network; `service_cidr` is the range of the Services' addresses."""
        declared = {"cluster": site.name, "serviceCidr": service_cidr, **args.model_dump(mode="json", by_alias=True)}
        super().__init__(_TYPE, name, declared, opts)
        self._site = site
        self._children = below(self, opts)
        if isinstance(args, GkeExistingNetwork):
            self.network_id = args.network
            self.subnet_id = args.subnetwork
            self.ranges = (args.pod_range, args.service_range)
        else:
            self.ranges = ("pods", "services")
            self._create(args, service_cidr)
        self.register_outputs(declared)

    def _create(self, args: GkeOwnNetwork, service_cidr: str) -> None:
        site = self._site
        network = gcp.compute.Network(
            site.name,
            name=site.name,
            project=site.project,
            auto_create_subnetworks=False,
            routing_mode="REGIONAL",
            delete_default_routes_on_create=args.egress is Egress.NONE,
            opts=self._children,
        )
        self.network_id = network.id
        self._below = pulumi.ResourceOptions(parent=network)
        subnet = self._subnet(args, service_cidr)
        self.subnet_id = subnet.id
        self._firewall(args, service_cidr)
        google_apis.private_access(site, network.id, self._below)
        if args.egress is Egress.NAT:
            self._nat(subnet)

    def _subnet(self, args: GkeOwnNetwork, service_cidr: str) -> gcp.compute.Subnetwork:
        pods, services = self.ranges
        return gcp.compute.Subnetwork(
            f"{self._site.name}-nodes",
            name=f"{self._site.name}-nodes",
            project=self._site.project,
            region=self._site.region,
            network=self.network_id,
            ip_cidr_range=args.cidr,
            stack_type="IPV4_ONLY",
            private_ip_google_access=True,
            secondary_ip_ranges=[
                gcp.compute.SubnetworkSecondaryIpRangeArgs(range_name=pods, ip_cidr_range=args.pod_cidr),
                gcp.compute.SubnetworkSecondaryIpRangeArgs(range_name=services, ip_cidr_range=service_cidr),
            ],
            log_config=gcp.compute.SubnetworkLogConfigArgs(
                aggregation_interval="INTERVAL_5_SEC", flow_sampling=1.0, metadata="INCLUDE_ALL_METADATA"
            ),
            opts=self._below,
        )

    def _firewall(self, args: GkeOwnNetwork, service_cidr: str) -> None:
        """Let out what is named, and nothing else. What comes in is denied by Google where no rule allows it."""
        everything = [gcp.compute.FirewallAllowArgs(protocol="all")]
        https = [gcp.compute.FirewallAllowArgs(protocol="tcp", ports=["443"])]
        self._egress("inside", _ALLOW, [args.cidr, args.pod_cidr, service_cidr], allows=everything)
        self._egress("google", _ALLOW, [PRIVATE], allows=https)
        if args.egress is Egress.NAT:
            ports = [str(port) for port in args.egress_ports]
            outside = [gcp.compute.FirewallAllowArgs(protocol="tcp", ports=ports)]
            self._egress("internet", _ALLOW, [_INTERNET], allows=outside)
        self._egress("nothing-else", _DENY, [_INTERNET], denies=[gcp.compute.FirewallDenyArgs(protocol="all")])

    def _egress(
        self,
        what: str,
        priority: int,
        ranges: list[str],
        *,
        allows: list[gcp.compute.FirewallAllowArgs] | None = None,
        denies: list[gcp.compute.FirewallDenyArgs] | None = None,
    ) -> None:
        name = f"{self._site.name}-egress-{what}"
        gcp.compute.Firewall(
            name,
            name=name,
            project=self._site.project,
            network=self.network_id,
            direction="EGRESS",
            priority=priority,
            destination_ranges=ranges,
            allows=allows,
            denies=denies,
            log_config=gcp.compute.FirewallLogConfigArgs(metadata="INCLUDE_ALL_METADATA"),
            opts=self._below,
        )

    def _nat(self, subnet: gcp.compute.Subnetwork) -> None:
        site = self._site
        router = gcp.compute.Router(
            site.name,
            name=site.name,
            project=site.project,
            region=site.region,
            network=self.network_id,
            opts=self._below,
        )
        gcp.compute.RouterNat(
            site.name,
            name=site.name,
            project=site.project,
            region=site.region,
            router=router.name,
            nat_ip_allocate_option="AUTO_ONLY",
            source_subnetwork_ip_ranges_to_nat="LIST_OF_SUBNETWORKS",
            subnetworks=[
                gcp.compute.RouterNatSubnetworkArgs(name=subnet.id, source_ip_ranges_to_nats=["ALL_IP_RANGES"])
            ],
            log_config=gcp.compute.RouterNatLogConfigArgs(enable=True, filter="ALL"),
            opts=pulumi.ResourceOptions(parent=router),
        )
