"""What the layers above know of the service mesh of their cluster: who is in it, and what it adds to the network."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from .cloud import Cidr
from .dataplane import TRAITS, CloudsPart, Dataplane, Door
from .model import DnsLabel, Settings, raise_all

_HTTPS = 443


class Mesh(Settings):
    """The mesh of a cluster. Every namespace of a tenant is in it, and speaks mutual TLS with nobody but the mesh."""

    dataplane: Dataplane = Dataplane.ISTIO_AMBIENT
    """What carries the calls."""
    trust_domain: str = Field(default="cluster.local", pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", max_length=253)
    """First part of every identity in the mesh."""
    members: tuple[DnsLabel, ...] = ()
    """Namespaces in the mesh beside those of this stack's tenants, such as that of the ingress controller: only from
    there may others call a tenant. Whoever owns them labels them as tenants' are: `istio.io/dataplane-mode: ambient`,
    `istio.io/rev` and the revision on AKS, `istio-injection: enabled` on GKE, or `linkerd.io/inject: enabled`, which
    Linkerd needs as an annotation as well."""
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
        return {**TRAITS[self.dataplane].labels, **({"istio.io/rev": self.revision} if self.revision else {})}

    @property
    def annotations(self) -> Mapping[str, str]:
        """Annotations that take the pods of a namespace into the mesh, and deny every caller whom no policy allows."""
        return TRAITS[self.dataplane].annotations

    @property
    def tunnel_port(self) -> int | None:
        """TCP port at which a pod accepts what comes through the mesh; None where that is the port inside."""
        return TRAITS[self.dataplane].tunnel_port

    @property
    def probe_address(self) -> str | None:
        """Address that the kubelet's probes come from; None where the mesh leaves it alone."""
        return TRAITS[self.dataplane].probe_address

    @property
    def doors(self) -> tuple[Door, ...]:
        """What the proxy in each pod asks; nothing where no pod has one."""
        outside = (Door(networks=self.google, port=_HTTPS),) if self.google else ()
        return (*TRAITS[self.dataplane].doors, *outside)

    @property
    def cloud(self) -> CloudsPart | None:
        """What of the mesh a cloud runs; None where it is one's own."""
        return TRAITS[self.dataplane].cloud

    def beside(self, namespaces: Iterable[str]) -> Self:
        """Return the mesh with these members as well: the namespaces of a stack's own tenants."""
        return self.model_copy(update={"members": tuple(dict.fromkeys([*self.members, *namespaces]))})

    def has(self, namespace: str) -> bool:
        """Return whether a namespace that the stack doesn't make is known to be in the mesh."""
        return namespace in self.members

    def principal(self, namespace: str, service_account: str) -> str:
        """Return the identity of the pods that run as a service account, as AuthorizationPolicies name it."""
        return f"{self.trust_domain}/ns/{namespace}/sa/{service_account}"
