"""AKS clusters: cluster, network, nodes, identity, registry, detection.

The package of Azure is imported when the first component is asked for: settings are read without it.
"""

from typing import TYPE_CHECKING, Any

from .. import lazy
from ..cloud import Capacity, Managed
from .mesh_model import AksMesh
from .model import AksAccess, AksCluster, AksClusterArgs, Mode, NamePolicies
from .network_model import AksEndpoint, AksExistingNetwork, AksExistingZones, AksNetwork, AksOwnNetwork, Egress
from .node_model import AksNodePool, AksSystemPool, Isolation
from .service_model import AksDetection, AksRegistry, Upstream

if TYPE_CHECKING:
    from .cluster import Cluster
    from .detection import Detection
    from .identity import Identity
    from .network import Network
    from .nodes import Nodes
    from .registry import Registry
    from .site import Site

__all__ = [
    "AksAccess",
    "AksCluster",
    "AksClusterArgs",
    "AksDetection",
    "AksEndpoint",
    "AksExistingNetwork",
    "AksExistingZones",
    "AksMesh",
    "AksNetwork",
    "AksNodePool",
    "AksOwnNetwork",
    "AksRegistry",
    "AksSystemPool",
    "Capacity",
    "Cluster",
    "Detection",
    "Egress",
    "Identity",
    "Isolation",
    "Managed",
    "Mode",
    "NamePolicies",
    "Network",
    "Nodes",
    "Registry",
    "Site",
    "Upstream",
]


def __getattr__(name: str) -> Any:
    """Import a component's module when it is first asked for."""
    return lazy.component(__name__, name)
