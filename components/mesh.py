"""What the layers above know of the service mesh of their cluster: who is in it, and what it adds to the network."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from .cloud import Cidr
from .model import DnsLabel, Settings, raise_all
from .sidecars import ControlPlane

TUNNEL_PORT = 15008
"""TCP port at which a pod of an ambient mesh accepts everything that comes through the mesh (HBONE): a NetworkPolicy
sees this port, and not the one inside. https://istio.io/latest/docs/ambient/usage/networkpolicy/"""
PROBE_ADDRESS = "169.254.7.127/32"
"""What the kubelet's probes of a pod in an ambient mesh come from; it is reached from the pod's own node alone."""


class Dataplane(StrEnum):
    """What carries the calls of a mesh."""

    ISTIO_AMBIENT = "istio-ambient"
    """One proxy on each node."""
    AKS_ISTIO = "aks-istio"
    """One proxy in each pod: the add-on of AKS."""
    GKE_SERVICE_MESH = "gke-service-mesh"
    """One proxy in each pod: Cloud Service Mesh, of GKE."""


_CONTROL_PLANES = {
    Dataplane.AKS_ISTIO: ControlPlane(namespace="aks-istio-system", pods={"app": "istiod"}, port=15012),
    Dataplane.GKE_SERVICE_MESH: ControlPlane(namespace="istio-system", port=443),
}
"""What the clouds run themselves.
Sources: https://learn.microsoft.com/azure/aks/istio-deploy-addon
https://docs.cloud.google.com/service-mesh/docs/onboarding/provision-control-plane
"""


class Mesh(Settings):
    """The mesh of a cluster. Every namespace of a tenant is in it, and speaks mutual TLS with nobody but the mesh."""

    dataplane: Dataplane = Dataplane.ISTIO_AMBIENT
    """What carries the calls."""
    trust_domain: str = Field(default="cluster.local", pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", max_length=253)
    """First part of every identity in the mesh."""
    members: tuple[DnsLabel, ...] = ()
    """Namespaces in the mesh beside those of this stack's tenants, such as that of the ingress controller: only from
    there may others call a tenant. Whoever owns them labels them as tenants' are: with sidecars `istio.io/rev` and the
    revision on AKS, `istio-injection: enabled` on GKE, otherwise `istio.io/dataplane-mode: ambient`."""
    revision: Annotated[str, Field(pattern=r"^asm-[0-9]+-[0-9]+$")] | None = None
    """Revision of the add-on of AKS that tenants' pods are in, such as `asm-1-30`."""
    google: tuple[Cidr, ...] = ()
    """Where pods of a GKE cluster reach Google's APIs, and so Cloud Service Mesh: `199.36.153.8/30`."""

    @model_validator(mode="after")
    def _says_what_its_dataplane_needs(self) -> Self:
        raise_all(list(self._problems()))
        return self

    def _problems(self) -> Iterator[str]:
        needed = {"revision": (self.revision, Dataplane.AKS_ISTIO), "google": (self.google, Dataplane.GKE_SERVICE_MESH)}
        for key, (value, dataplane) in needed.items():
            if bool(value) is not (self.dataplane is dataplane):
                yield f"{key} is for the dataplane {dataplane}, and it needs one; here it is {self.dataplane}"

    @property
    def labels(self) -> Mapping[str, str]:
        """Labels that take the pods of a namespace into the mesh."""
        match self.dataplane:
            case Dataplane.ISTIO_AMBIENT:
                return {"istio.io/dataplane-mode": "ambient"}
            case Dataplane.AKS_ISTIO:
                return {"istio.io/rev": str(self.revision)}
            case Dataplane.GKE_SERVICE_MESH:
                return {"istio-injection": "enabled"}

    @property
    def control_plane(self) -> ControlPlane | None:
        """What the proxies in pods get their certificates and policies from; None where pods have no proxy."""
        found = _CONTROL_PLANES.get(self.dataplane)
        return replace(found, networks=self.google) if found else None

    @property
    def tunnel_port(self) -> int | None:
        """TCP port at which a pod accepts what comes through the mesh; None where that is the port inside."""
        return TUNNEL_PORT if self.dataplane is Dataplane.ISTIO_AMBIENT else None

    @property
    def probe_address(self) -> str | None:
        """Address that the kubelet's probes come from; None where the mesh leaves it alone."""
        return PROBE_ADDRESS if self.dataplane is Dataplane.ISTIO_AMBIENT else None

    def beside(self, namespaces: Iterable[str]) -> Self:
        """Return the mesh with these members as well: the namespaces of a stack's own tenants."""
        return self.model_copy(update={"members": tuple(dict.fromkeys([*self.members, *namespaces]))})

    def has(self, namespace: str) -> bool:
        """Return whether a namespace that the stack doesn't make is known to be in the mesh."""
        return namespace in self.members

    def principal(self, namespace: str, service_account: str) -> str:
        """Return the identity of the pods that run as a service account, as AuthorizationPolicies name it."""
        return f"{self.trust_domain}/ns/{namespace}/sa/{service_account}"
