"""Every way to make an EKS cluster meets every control, and every weakening of it is caught by a named one."""

from collections.abc import Mapping
from typing import ClassVar

from tests import eks_clusters

from .of_cluster import MutationsOfCluster, Program, cluster


class TestEks(MutationsOfCluster):
    cloud = "aws"
    prefix = "aws:"
    modes: ClassVar[Mapping[str, Program]] = {
        name: cluster(eks_clusters.args, changes) for name, changes in eks_clusters.MODES.items()
    }
    # Nothing on Fargate enforces NetworkPolicies: who wants it all the same writes a waiver.
    unmet: ClassVar[Mapping[str, frozenset[str]]] = {"fargate": frozenset({"cluster-enforces-network-policy"})}
