"""Who a cluster is in Azure: an identity of its control plane, another of its nodes, and what each may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import managedidentity

from .roles import Kind, give
from .site import Site


@dataclass(frozen=True, kw_only=True)
class Principals:
    """The two identities."""

    control_plane: managedidentity.UserAssignedIdentity
    nodes: managedidentity.UserAssignedIdentity


def principals(site: Site, opts: pulumi.ResourceOptions) -> Principals:
    """Create the identities: they are there before the cluster, so what it needs can be given before it starts."""
    return Principals(
        control_plane=identity(site, "control-plane", opts),
        nodes=identity(site, "nodes", opts),
    )


def grants(
    site: Site, principals: Principals, needs: Mapping[str, tuple[str, pulumi.Input[str]]]
) -> Sequence[pulumi.Resource]:
    """Give the control plane a role on each thing that it needs, by the name of the need.

    It hands the nodes' identity to nodes as well. A grant may take minutes until Azure knows it everywhere.
    """
    all_needs = {**needs, "nodes": ("Managed Identity Operator", principals.nodes.id)}
    return [
        give(
            f"{site.name}-control-plane-{need}",
            site,
            role,
            to=principals.control_plane.principal_id,
            kind=Kind.WORKLOAD,
            on=on,
            opts=pulumi.ResourceOptions(parent=principals.control_plane),
        )
        for need, (role, on) in all_needs.items()
    ]


def identity(site: Site, what: str, opts: pulumi.ResourceOptions) -> managedidentity.UserAssignedIdentity:
    """Create an identity of the cluster's own, named after what it is for."""
    return managedidentity.UserAssignedIdentity(
        f"{site.name}-{what}",
        resource_name_=f"{site.name}-{what}",
        resource_group_name=site.group,
        location=site.region,
        tags=site.tags,
        opts=opts,
    )
