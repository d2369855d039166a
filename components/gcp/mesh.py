"""The mesh that Google runs: the cluster is a member of the project's fleet, whose feature manages its mesh.

The accounts by which Google acts there are its own service agents, which it gives their roles itself; nothing here
gives anybody a role. Source: https://docs.cloud.google.com/service-mesh/docs/onboarding/provision-control-plane
"""

from typing import Any

import pulumi
import pulumi_gcp as gcp

from ..cloud import Managed
from .mesh_model import GkeMesh
from .site import Site

SERVICES = ("gkehub", "mesh")
"""Services of Google that a mesh needs beside those of every cluster."""
_FEATURE, _EVERYWHERE = "servicemesh", "global"


def of_cluster(site: Site) -> dict[str, Any]:
    """Return what GKE is told of a cluster with a mesh: whose fleet it is in."""
    return {"fleet": gcp.container.ClusterFleetArgs(project=site.project)}


def labels(site: Site) -> dict[str, str]:
    """Return the label by which Google finds the clusters of a mesh."""
    return {"mesh_id": f"proj-{site.names.number}"}


def manage(
    site: Site, args: GkeMesh, cluster: gcp.container.Cluster, opts: pulumi.ResourceOptions
) -> list[pulumi.Resource]:
    """Let Google manage the mesh of a cluster, and return what has to be there before any policy of it.

    Google makes the kinds of Istio some minutes after the update is over.
    """
    made: list[pulumi.Resource] = []
    if args.feature is Managed.HERE:
        made.append(
            gcp.gkehub.Feature(
                f"{site.name}-mesh", name=_FEATURE, location=_EVERYWHERE, project=site.project, opts=opts
            )
        )
    none = gcp.container.outputs.ClusterFleet()
    fleet = cluster.fleet.apply(lambda found: found or none)
    member = gcp.gkehub.FeatureMembership(
        f"{site.name}-mesh",
        feature=_FEATURE,
        location=_EVERYWHERE,
        project=site.project,
        membership=fleet.apply(lambda found: found.membership_id or ""),
        membership_location=fleet.apply(lambda found: found.membership_location or ""),
        mesh=gcp.gkehub.FeatureMembershipMeshArgs(management="MANAGEMENT_AUTOMATIC"),
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=made)),
    )
    return [*made, member]
