"""VPC endpoints: the services of AWS from inside the VPC, for this account only."""

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pulumi
import pulumi_aws as aws

from .. import data_file
from .site import Site

_HTTPS = 443


@functools.cache
def services() -> dict[str, list[str]]:
    """Return the services by the kind of their endpoint: `interface` and `gateway`."""
    return cast("dict[str, list[str]]", data_file.read(Path(__file__).parent / "endpoints.yaml"))


def endpoints(
    site: Site,
    *,
    vpc_id: pulumi.Input[str],
    cidr: str,
    subnets: Sequence[pulumi.Input[str]],
    route_tables: Sequence[pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> None:
    """Create the endpoints of `endpoints.yaml`, which only the VPC can reach."""
    door = aws.ec2.SecurityGroup(
        f"{site.name}-endpoints",
        description="VPC endpoints, from inside the VPC",
        vpc_id=vpc_id,
        revoke_rules_on_delete=True,
        opts=opts,
    )
    aws.vpc.SecurityGroupIngressRule(
        f"{site.name}-endpoints",
        security_group_id=door.id,
        description="HTTPS from inside the VPC",
        cidr_ipv4=cidr,
        ip_protocol="tcp",
        from_port=_HTTPS,
        to_port=_HTTPS,
        opts=pulumi.ResourceOptions(parent=door),
    )
    for each in services()["interface"]:
        aws.ec2.VpcEndpoint(
            f"{site.name}-{each.replace('.', '-')}",
            vpc_id=vpc_id,
            service_name=_service_name(site, each),
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=subnets,
            security_group_ids=[door.id],
            opts=opts,
        )
    for each in services()["gateway"]:
        aws.ec2.VpcEndpoint(
            f"{site.name}-{each}",
            vpc_id=vpc_id,
            service_name=_service_name(site, each),
            vpc_endpoint_type="Gateway",
            route_table_ids=route_tables,
            policy=_storage_policy(site),
            opts=opts,
        )


def _service_name(site: Site, service: str) -> str:
    prefix = "cn.com.amazonaws" if site.arns.partition == "aws-cn" else "com.amazonaws"
    return f"{prefix}.{site.arns.region}.{service}"


def _storage_policy(site: Site) -> str:
    """Let the account's own principals through, and whoever fetches a layer from ECR: nothing goes to foreign buckets.

    The interface endpoints have no policy of their own: sign-in by web identity has no account yet when it
    calls, and what a principal may do there IAM says.
    """
    own = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {
            "StringEquals": {"aws:PrincipalAccount": site.arns.account, "aws:ResourceAccount": site.arns.account}
        },
    }
    layers = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:{site.arns.partition}:s3:::prod-{site.arns.region}-starport-layer-bucket/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [own, layers]})
