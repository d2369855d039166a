"""What carries the calls of a mesh, and what each adds to the namespaces in it and to the network.

Sidecars of Istio leave ports as they are: the port inside is the one that a NetworkPolicy sees, and the probes of the
kubelet are rewritten to a port of the proxy's own that nothing captures, so they come from the node as ever.
Source: https://istio.io/latest/docs/ops/configuration/mesh/app-health-check/
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

TUNNEL_PORT = 15008
"""TCP port at which a pod of an ambient mesh accepts everything that comes through the mesh (HBONE): a NetworkPolicy
sees this port, and not the one inside. https://istio.io/latest/docs/ambient/usage/networkpolicy/"""
PROBE_ADDRESS = "169.254.7.127/32"
"""What the kubelet's probes of a pod in an ambient mesh come from; it is reached from the pod's own node alone."""
LINKERD_NAMESPACE = "platform-mesh"
"""Namespace of Linkerd's control plane; it is in the name of every identity."""
LINKERD_INBOUND_PORT = 4143
"""TCP port at which a pod's proxy accepts everything that comes from another proxy, unless Linkerd is told to leave
ports alone (`proxy.outboundTransportMode`, and createWeightedAddr in the sources of its destination controller): the
port inside is in a header, and a NetworkPolicy sees this one."""


class Dataplane(StrEnum):
    """What carries the calls of a mesh."""

    ISTIO_AMBIENT = "istio-ambient"
    """One proxy on each node."""
    LINKERD = "linkerd"
    """One proxy in each pod."""
    AKS_ISTIO = "aks-istio"
    """One proxy in each pod: the add-on of AKS."""
    GKE_SERVICE_MESH = "gke-service-mesh"
    """One proxy in each pod: Cloud Service Mesh, of GKE."""


@dataclass(frozen=True, kw_only=True)
class Door:
    """What the proxy in each pod asks who it is and whom it lets in: pods of the cluster, or networks outside."""

    namespace: str = ""
    """Full name of the namespace of those pods."""
    pods: Mapping[str, str] = field(default_factory=dict[str, str])
    """Their labels; none where it is outside the cluster."""
    networks: tuple[str, ...] = ()
    """Networks outside."""
    port: int
    """TCP port of either; a proxy is not in its own way, so that it is the port inside."""


@dataclass(frozen=True, kw_only=True)
class CloudsPart:
    """What of a mesh a cloud runs, and what the API server has to let pass for it."""

    namespace: str
    """Namespace of the control plane. A policy in it is one of the whole mesh."""
    runs_pods: bool
    """Whether pods of the cloud run in it, which need rights on their nodes."""
    installer: str
    """End of the name of the user by whom the cloud installs and patches its part."""
    proxies: str
    """Repository of the proxies that are put into the pods of tenants."""


@dataclass(frozen=True, kw_only=True)
class Traits:
    """What the namespaces of a mesh have because of what carries its calls."""

    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    """Labels that take the pods of a namespace into the mesh, where they are the same in every mesh of the kind."""
    annotations: Mapping[str, str] = field(default_factory=dict[str, str])
    """Annotations that do so, and deny every caller whom no policy allows."""
    tunnel_port: int | None = None
    """TCP port at which a pod accepts what comes through the mesh; None where that is the port inside."""
    probe_address: str | None = None
    """Address that the kubelet's probes come from; None where the mesh leaves it alone."""
    doors: tuple[Door, ...] = ()
    """What the proxies in pods ask inside the cluster."""
    cloud: CloudsPart | None = None
    """What of it a cloud runs; None where it is one's own."""


def _linkerd_door(component: str, port: int) -> Door:
    pods = {"linkerd.io/control-plane-component": component}
    return Door(namespace=LINKERD_NAMESPACE, pods=pods, port=port)


_INJECT = {"linkerd.io/inject": "enabled"}
TRAITS: Mapping[Dataplane, Traits] = {
    Dataplane.ISTIO_AMBIENT: Traits(
        labels={"istio.io/dataplane-mode": "ambient"}, tunnel_port=TUNNEL_PORT, probe_address=PROBE_ADDRESS
    ),
    # The injector reads the annotation; by the label its webhook is asked about these namespaces and no other.
    Dataplane.LINKERD: Traits(
        labels=_INJECT,
        annotations={**_INJECT, "config.linkerd.io/default-inbound-policy": "deny"},
        tunnel_port=LINKERD_INBOUND_PORT,
        doors=(_linkerd_door("identity", 8080), _linkerd_door("destination", 8086), _linkerd_door("destination", 8090)),
    ),
    # https://learn.microsoft.com/azure/aks/istio-deploy-addon
    Dataplane.AKS_ISTIO: Traits(
        doors=(Door(namespace="aks-istio-system", pods={"app": "istiod"}, port=15012),),
        # The plugin on each node: https://learn.microsoft.com/azure/aks/istio-cni
        cloud=CloudsPart(
            namespace="aks-istio-system",
            runs_pods=True,
            installer="aksService",
            proxies="mcr.microsoft.com/oss/v2/istio/proxyv2",
        ),
    ),
    # https://docs.cloud.google.com/service-mesh/docs/onboarding/provision-control-plane; what runs on nodes is in
    # kube-system. The installer: https://docs.cloud.google.com/iam/docs/roles-permissions/anthosservicemesh
    Dataplane.GKE_SERVICE_MESH: Traits(
        labels={"istio-injection": "enabled"},
        cloud=CloudsPart(
            namespace="istio-system",
            runs_pods=False,
            installer="@gcp-sa-servicemesh.iam.gserviceaccount.com",
            proxies="gcr.io/gke-release/asm/proxyv2",
        ),
    ),
}
"""What there is of each."""
