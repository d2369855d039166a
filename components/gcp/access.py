"""Who gets to a GKE cluster: groups that administer it, and groups that may sign in."""

from collections.abc import Sequence

import pulumi
import pulumi_gcp as gcp

from .model import GkeAccess
from .site import Site

_ADMINISTRATOR = "roles/container.admin"
_SIGNS_IN = "roles/container.clusterViewer"
"""Sees the cluster and may connect to it; nothing of what is in it."""


def grants(site: Site, access: Sequence[GkeAccess], opts: pulumi.ResourceOptions) -> list[pulumi.Resource]:
    """Create the grants of administrators and groups, without a condition: one that were wrong would lock out.

    The deployer's own rights are given before it first runs, as it makes these: docs/guides/gcp.md. What groups
    may do in the cluster is what bindings there give them.
    """
    return [
        *(_grant(site, "administer", _ADMINISTRATOR, group, opts) for group in site.break_glass),
        *(_grant(site, "sign-in", _SIGNS_IN, each.group, opts) for each in access),
    ]


def _grant(site: Site, what: str, role: str, member: str, opts: pulumi.ResourceOptions) -> gcp.projects.IAMMember:
    name = f"{site.name}-{what}-{member.partition(':')[2]}"
    return gcp.projects.IAMMember(name, project=site.project, role=role, member=member, opts=opts)
