"""Who gets to an AKS cluster: the deployer, groups that administer it, and groups that may sign in."""

from collections.abc import Sequence

import pulumi

from .model import AksAccess
from .roles import Kind, give
from .site import Site

_ADMINISTRATOR = "Azure Kubernetes Service RBAC Cluster Admin"
_SIGNS_IN = "Azure Kubernetes Service Cluster User Role"
"""May ask where the API server is; nothing of what is in the cluster."""


def grants(site: Site, access: Sequence[AksAccess], opts: pulumi.ResourceOptions) -> list[pulumi.Resource]:
    """Create the roles of the deployer and of groups, on the cluster's resource group.

    Not on the cluster itself: the lock on it would keep a role from being taken back. The deployer administers, as it
    makes roles and bindings, and Kubernetes lets nobody give what they don't have. The groups for emergencies
    administer by the cluster's own settings. What other groups may do is what bindings in the cluster give them.
    """

    def on_group(what: str, role: str, to: str, kind: Kind) -> pulumi.Resource:
        return give(f"{site.name}-{what}-{to}", site, role, to=to, kind=kind, on=site.group_id, opts=opts)

    return [
        on_group("administer", _ADMINISTRATOR, site.deployer, Kind.WORKLOAD),
        *(on_group("sign-in", _SIGNS_IN, group, Kind.GROUP) for group in site.break_glass),
        *(on_group("sign-in", _SIGNS_IN, each.group, Kind.GROUP) for each in access),
    ]
