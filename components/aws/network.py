"""The network of an EKS cluster: a VPC of its own, or one that exists."""

import pulumi
import pulumi_aws as aws

from . import addresses, iam, logs
from .endpoints import endpoints
from .network_model import Egress, EksExistingNetwork, EksNetwork, EksOwnNetwork
from .site import Site

_INTERNET = "0.0.0.0/0"
_TYPE = "secureclusters:aws:Network"


class Network(pulumi.ComponentResource):
    """Private subnets in at least three zones. No node has a public address.

    An own VPC has flow logs of all traffic, VPC endpoints for all that a private cluster needs, a default
    security group that lets nothing through, and public subnets only where a NAT gateway is asked for. Of an
    existing one the toolkit changes nothing: its routes, flow logs and endpoints are its owner's.

    Controls: those in policies/controls/aws that judge VPCs, subnets, flow logs and VPC endpoints.
    """

    vpc_id: pulumi.Input[str]
    """Id of the VPC."""
    node_subnets: list[pulumi.Input[str]]
    """Ids of the subnets for nodes, one a zone."""
    control_plane_subnets: list[pulumi.Input[str]]
    """Ids of the subnets for the control plane's interfaces, one a zone."""
    ranges: tuple[str, ...]
    """Address ranges of the VPC."""

    def __init__(
        self,
        name: str,
        site: Site,
        args: EksNetwork,
        *,
        logs_key_arn: pulumi.Input[str],
        log_retention_days: int,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Create the network; `logs_key_arn` encrypts the flow logs."""
        declared = {"cluster": site.name, **args.model_dump(mode="json", by_alias=True)}
        super().__init__(_TYPE, name, declared, opts)
        self._site = site
        self._children = pulumi.ResourceOptions(parent=self)
        self.ranges = args.cidrs
        if isinstance(args, EksExistingNetwork):
            self.vpc_id = args.vpc_id
            self.node_subnets = [each.id for each in args.subnets]
            self.control_plane_subnets = list(self.node_subnets)
        else:
            self._create(args)
            self._log_flows(logs_key_arn, log_retention_days)
        self.register_outputs(declared)

    def _create(self, args: EksOwnNetwork) -> None:
        name = self._site.name
        vpc = aws.ec2.Vpc(
            name,
            cidr_block=args.cidr,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags=self._tags(name),
            opts=self._children,
        )
        self._vpc, self.vpc_id = vpc, vpc.id
        below = pulumi.ResourceOptions(parent=vpc)
        aws.ec2.DefaultSecurityGroup(f"{name}-default", vpc_id=vpc.id, ingress=[], egress=[], opts=below)
        zones = addresses.plan(args.cidr, args.zones)
        nodes = [
            self._subnet(f"{name}-nodes-{each.zone}", each.zone, each.nodes, {"kubernetes.io/role/internal-elb": "1"})
            for each in zones
        ]
        control_plane = [
            self._subnet(f"{name}-control-plane-{each.zone}", each.zone, each.control_plane, {}) for each in zones
        ]
        self.node_subnets = [each.id for each in nodes]
        self.control_plane_subnets = [each.id for each in control_plane]
        gateways = self._nat_gateways(args, zones)
        tables = [
            self._route_table(each.zone, [nodes[index], control_plane[index]], gateways[index % len(gateways)])
            if gateways
            else self._route_table(each.zone, [nodes[index], control_plane[index]], None)
            for index, each in enumerate(zones)
        ]
        endpoints(
            self._site,
            vpc_id=vpc.id,
            cidr=args.cidr,
            subnets=self.control_plane_subnets,
            route_tables=[each.id for each in tables],
            opts=below,
        )

    def _subnet(self, name: str, zone: str, cidr: str, tags: dict[str, str]) -> aws.ec2.Subnet:
        return aws.ec2.Subnet(
            name,
            vpc_id=self.vpc_id,
            availability_zone=zone,
            cidr_block=cidr,
            map_public_ip_on_launch=False,
            tags={**self._tags(name), **tags},
            opts=pulumi.ResourceOptions(parent=self._vpc),
        )

    def _route_table(
        self, zone: str, subnets: list[aws.ec2.Subnet], gateway: aws.ec2.NatGateway | None
    ) -> aws.ec2.RouteTable:
        name = f"{self._site.name}-private-{zone}"
        below = pulumi.ResourceOptions(parent=self._vpc)
        table = aws.ec2.RouteTable(name, vpc_id=self.vpc_id, tags=self._tags(name), opts=below)
        if gateway is not None:
            aws.ec2.Route(
                name,
                route_table_id=table.id,
                destination_cidr_block=_INTERNET,
                nat_gateway_id=gateway.id,
                opts=pulumi.ResourceOptions(parent=table),
            )
        for index, subnet in enumerate(subnets):
            aws.ec2.RouteTableAssociation(
                f"{name}-{index}",
                route_table_id=table.id,
                subnet_id=subnet.id,
                opts=pulumi.ResourceOptions(parent=table),
            )
        return table

    def _nat_gateways(self, args: EksOwnNetwork, zones: tuple[addresses.ZonePlan, ...]) -> list[aws.ec2.NatGateway]:
        """Return a gateway for each zone, one for all, or none; and with them what makes them public."""
        if args.egress is Egress.NONE:
            return []
        name, below = self._site.name, pulumi.ResourceOptions(parent=self._vpc)
        internet = aws.ec2.InternetGateway(name, vpc_id=self.vpc_id, tags=self._tags(name), opts=below)
        table_name = f"{name}-public"
        table = aws.ec2.RouteTable(table_name, vpc_id=self.vpc_id, tags=self._tags(table_name), opts=below)
        aws.ec2.Route(
            table_name,
            route_table_id=table.id,
            destination_cidr_block=_INTERNET,
            gateway_id=internet.id,
            opts=pulumi.ResourceOptions(parent=table),
        )
        gateways: list[aws.ec2.NatGateway] = []
        for index, each in enumerate(zones):
            public = f"{name}-public-{each.zone}"
            subnet = self._subnet(public, each.zone, each.public, {"kubernetes.io/role/elb": "1"})
            aws.ec2.RouteTableAssociation(
                public, route_table_id=table.id, subnet_id=subnet.id, opts=pulumi.ResourceOptions(parent=table)
            )
            if args.egress is Egress.NAT_GATEWAY or index == 0:
                address = aws.ec2.Eip(public, domain="vpc", tags=self._tags(public), opts=below)
                gateways.append(
                    aws.ec2.NatGateway(
                        public,
                        subnet_id=subnet.id,
                        allocation_id=address.allocation_id,
                        tags=self._tags(public),
                        opts=pulumi.ResourceOptions(parent=subnet, depends_on=[internet]),
                    )
                )
        return gateways

    def _log_flows(self, key_arn: pulumi.Input[str], days: int) -> None:
        site = self._site
        log_name = logs.flow_log_group(site)
        group = logs.group(f"{site.name}-flow-logs", log_name, key_arn=key_arn, days=days, opts=self._children)
        writes = iam.allow(
            ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            [f"{site.arns.log_group(log_name)}:*"],
        )
        source = f"arn:{site.arns.partition}:ec2:{site.arns.region}:{site.arns.account}:vpc-flow-log/*"
        role = iam.Role(
            "flow-logs",
            site,
            iam.trust_service(
                "vpc-flow-logs.amazonaws.com",
                {"StringEquals": {"aws:SourceAccount": site.arns.account}, "ArnLike": {"aws:SourceArn": source}},
            ),
            inline={"write": iam.document(writes)},
            opts=self._children,
        )
        aws.ec2.FlowLog(
            f"{site.name}-flow-logs",
            vpc_id=self.vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=60,
            opts=pulumi.ResourceOptions(parent=self._vpc, depends_on=role.resources),
        )

    def _tags(self, name: str) -> dict[str, str]:
        return {"Name": name}
