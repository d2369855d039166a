"""Rehearse an upgrade: which workloads of a running cluster would stop the draining of nodes, or go down with it.

Every node is replaced or restarted in turn by an upgrade: its pods are asked to leave through the eviction API, which
PodDisruptionBudgets answer. Nothing is evicted here.

Sources: https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/
https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/
"""

from .model import Effect, Obstacle, Reason
from .obstacles import of

__all__ = ["Effect", "Obstacle", "Reason", "of"]
