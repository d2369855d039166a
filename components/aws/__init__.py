"""EKS clusters: cluster, network, nodes, identity, registry, detection.

The AWS package is imported when the first component is asked for: settings are read without it.
"""

from typing import TYPE_CHECKING, Any

from .. import lazy
from ..cloud import Capacity, Cryptography, Managed
from .model import ControlPlaneEgress, EksAccess, EksCluster, EksClusterArgs, Mode
from .network_model import Egress, EksExistingNetwork, EksExistingSubnet, EksNetwork, EksOwnNetwork
from .node_model import EksFargateProfile, EksNodeGroup, NodeAccess
from .service_model import EksDetection, EksRegistry, Upstream

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
    "ControlPlaneEgress",
    "Cryptography",
    "Detection",
    "Egress",
    "EksAccess",
    "EksCluster",
    "EksClusterArgs",
    "EksDetection",
    "EksExistingNetwork",
    "EksExistingSubnet",
    "EksFargateProfile",
    "EksNetwork",
    "EksNodeGroup",
    "EksOwnNetwork",
    "EksRegistry",
    "Identity",
    "Managed",
    "Mode",
    "Network",
    "NodeAccess",
    "Nodes",
    "Registry",
    "Site",
    "Upstream",
]


def __getattr__(name: str) -> Any:
    """Import a component's module when it is first asked for."""
    return lazy.component(__name__, name)
