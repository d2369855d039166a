"""Who gets into an EKS cluster: access entries, and no creator who is admin by chance."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from .model import EksAccess
from .site import Site

DEPLOYERS = "secure-clusters-deployers"
"""Kubernetes group of the role that `pulumi up` runs as."""
_ADMINISTRATOR = "AmazonEKSClusterAdminPolicy"


def entries(
    site: Site, cluster_name: pulumi.Input[str], access: Sequence[EksAccess], opts: pulumi.ResourceOptions
) -> list[pulumi.Resource]:
    """Create the entries of administrators and groups.

    The break-glass roles and the deployer administer the cluster: a deployer makes roles and bindings, and
    Kubernetes lets nobody give what they don't have. Everyone else is a member of groups, which have what
    bindings in the cluster give them.
    """
    made: list[pulumi.Resource] = []
    for role in site.administrators:
        groups = [DEPLOYERS] if role == site.deployer else []
        entry = _entry(site, cluster_name, role, groups, opts)
        administers = aws.eks.AccessPolicyAssociation(
            f"{site.name}-{_name(role)}",
            cluster_name=cluster_name,
            principal_arn=role,
            policy_arn=site.arns.cluster_policy(_ADMINISTRATOR),
            access_scope=aws.eks.AccessPolicyAssociationAccessScopeArgs(type="cluster"),
            opts=pulumi.ResourceOptions(parent=entry, depends_on=[entry]),
        )
        made += [entry, administers]
    return [*made, *(_entry(site, cluster_name, each.role, each.groups, opts) for each in access)]


def _entry(
    site: Site, cluster_name: pulumi.Input[str], role: str, groups: Sequence[str], opts: pulumi.ResourceOptions
) -> aws.eks.AccessEntry:
    return aws.eks.AccessEntry(
        f"{site.name}-{_name(role)}",
        cluster_name=cluster_name,
        principal_arn=role,
        type="STANDARD",
        kubernetes_groups=list(groups),
        opts=opts,
    )


def _name(role: str) -> str:
    """Return the role's name with its path, which is unique in the account."""
    return role.partition(":role/")[2].replace("/", "-")
