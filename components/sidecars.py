"""What a mesh of sidecars needs of the network: a proxy in each pod speaks for it, and the port inside is the one seen.

The kubelet's probes are rewritten to a port of the proxy's own that nothing captures, and come from the node as ever.
Source: https://istio.io/latest/docs/ops/configuration/mesh/app-health-check/
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class ControlPlane:
    """Where a cloud runs the control plane of its mesh: pods of the cluster, or networks outside."""

    namespace: str
    """Namespace that the cloud makes. A policy in it is one of the whole mesh."""
    pods: Mapping[str, str] = field(default_factory=dict)
    """Labels of the pods in that namespace that proxies call; none where it is outside the cluster."""
    networks: tuple[str, ...] = ()
    """Networks that proxies call."""
    port: int
    """TCP port of either."""
