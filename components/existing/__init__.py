"""Clusters that exist already: on-prem, kubeadm, or anything with a kubeconfig."""

from .cluster import Cluster, ExistingClusterArgs, Networks
from .kubeconfig import FileKubeconfig, InClusterKubeconfig, Kubeconfig, SecretKubeconfig

__all__ = [
    "Cluster",
    "ExistingClusterArgs",
    "FileKubeconfig",
    "InClusterKubeconfig",
    "Kubeconfig",
    "Networks",
    "SecretKubeconfig",
]
