"""Roles in Azure that the toolkit gives: to identities of the cluster, to groups, to the deployer."""

from enum import StrEnum

import pulumi
from pulumi_azure_native import authorization

from .grants import roles
from .site import Site


class Kind(StrEnum):
    """What a principal is; Azure looks it up, and may not find a new one yet, where it is not told."""

    GROUP = "Group"
    WORKLOAD = "ServicePrincipal"
    """A managed identity, or a service principal."""


def give(
    name: str,
    site: Site,
    role: str,
    *,
    to: pulumi.Input[str],
    kind: Kind,
    on: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
) -> authorization.RoleAssignment:
    """Give a role of the part `toolkit` of `roles.yaml`, by its name, on one resource; `to` is an object id."""
    return authorization.RoleAssignment(
        name,
        role_definition_id=site.names.role(roles("toolkit")[role]),
        principal_id=to,
        principal_type=kind.value,
        scope=on,
        opts=opts,
    )
