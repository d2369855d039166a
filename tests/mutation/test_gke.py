"""Every way to make a GKE cluster meets every control, and every weakening of it is caught by a named one."""

from collections.abc import Mapping
from typing import ClassVar

from tests import gke_clusters
from tests.policies import hardened_gcp

from .of_cluster import MutationsOfCluster, Program, cluster


class TestGke(MutationsOfCluster):
    cloud = "gcp"
    prefix = "gcp:"
    modes: ClassVar[Mapping[str, Program]] = {
        "standard in plain pulumi-gcp": hardened_gcp.program,
        "autopilot in plain pulumi-gcp": hardened_gcp.autopilot,
        **{name: cluster(gke_clusters.args, changes) for name, changes in gke_clusters.MODES.items()},
    }
