"""Every way to make an AKS cluster meets every control, and every weakening of it is caught by a named one."""

from collections.abc import Mapping
from typing import ClassVar

from tests import aks_clusters
from tests.policies import hardened_azure

from .of_cluster import MutationsOfCluster, Program, cluster


class TestAks(MutationsOfCluster):
    cloud = "azure"
    prefix = "azure-native:"
    modes: ClassVar[Mapping[str, Program]] = {
        "standard in plain azure-native": hardened_azure.program,
        **{name: cluster(aks_clusters.args, changes) for name, changes in aks_clusters.MODES.items()},
    }
    unmet: ClassVar[Mapping[str, frozenset[str]]] = {
        "standard without policies on names": frozenset({"aks-name-policies"}),
    }
