"""CloudWatch log groups that are there before anything writes to them: encrypted, kept for a year."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from . import encryption
from .site import Site


def control_plane_log_group(site: Site) -> str:
    """Return the name that EKS gives to its log group; made by EKS itself it would be kept for ever, without key."""
    return f"/aws/eks/{site.name}/cluster"


def flow_log_group(site: Site) -> str:
    """Return the name of the log group of the VPC's flow logs."""
    return f"/aws/vpc/{site.name}/flow-logs"


def key(site: Site, opts: pulumi.ResourceOptions) -> aws.kms.Key:
    """Create the key of the log groups."""
    names: Sequence[str] = (control_plane_log_group(site), flow_log_group(site))
    return encryption.key("logs", site, [encryption.use_by_logs(site, names)], opts)


def group(
    logical_name: str, name: str, *, key_arn: pulumi.Input[str], days: int, opts: pulumi.ResourceOptions
) -> aws.cloudwatch.LogGroup:
    """Create a log group; it is left where it is when the stack is destroyed, as evidence outlives a cluster."""
    return aws.cloudwatch.LogGroup(
        logical_name, name=name, kms_key_id=key_arn, retention_in_days=days, skip_destroy=True, opts=opts
    )
