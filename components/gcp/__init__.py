"""GKE clusters: cluster, network, nodes, identity, registry, detection.

The package of Google Cloud is imported when the first component is asked for: settings are read without it.
"""

from typing import TYPE_CHECKING, Any

from .. import lazy
from ..cloud import Capacity, Managed
from .mesh_model import GkeMesh
from .model import ControlPlaneKeys, GkeAccess, GkeCluster, GkeClusterArgs, Mode, NamePolicies, NodeTraffic
from .network_model import Egress, GkeEndpoint, GkeExistingNetwork, GkeNetwork, GkeOwnNetwork
from .node_model import Confidential, GkeNodePool, Isolation, UpgradeStrategy
from .service_model import GkeBackup, GkeDetection, GkeRegistry, Upstream

if TYPE_CHECKING:
    from .cluster import Cluster
    from .detection import Detection
    from .identity import Identity
    from .network import Network
    from .nodes import Nodes
    from .registry import Registry
    from .site import Site

__all__ = [
    "Capacity",
    "Cluster",
    "Confidential",
    "ControlPlaneKeys",
    "Detection",
    "Egress",
    "GkeAccess",
    "GkeBackup",
    "GkeCluster",
    "GkeClusterArgs",
    "GkeDetection",
    "GkeEndpoint",
    "GkeExistingNetwork",
    "GkeMesh",
    "GkeNetwork",
    "GkeNodePool",
    "GkeOwnNetwork",
    "GkeRegistry",
    "Identity",
    "Isolation",
    "Managed",
    "Mode",
    "NamePolicies",
    "Network",
    "NodeTraffic",
    "Nodes",
    "Registry",
    "Site",
    "UpgradeStrategy",
    "Upstream",
]


def __getattr__(name: str) -> Any:
    """Import a component's module when it is first asked for."""
    return lazy.component(__name__, name)
