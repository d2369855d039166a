"""Zones of DNS in which an ACME server is shown that a host is ours: a cloud's, or one's own by RFC 2136.

cert-manager signs in to a cloud by its own identity, which has a right on the zones that are named here and no other.
There is no way to name a key or a password of a cloud.
"""

import ipaddress
from abc import ABC, abstractmethod
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field

from ..model import DnsLabel, Settings
from ..tenancy import Network
from ..tenancy.edge_certificate import OutsideName
from ..tenancy.intent import Flow, Pods, Port, Protocol

DNS_PORT = 53
_HTTPS = 443
_ROLE = r"^[A-Za-z0-9][A-Za-z0-9 ./_-]*$"
TSIG_ENTRY = "key"
"""Entry of the Secret that holds a TSIG key, in base64 as DNS servers have it."""


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError("use an address such as 10.0.0.53; a name would have to be looked up first") from None


Address = Annotated[str, AfterValidator(_address)]
"""One IPv4 or IPv6 address."""


def endpoint(address: str, port: int) -> str:
    """Return `address:port` as programs take it."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def asked_at(controller: Pods, address: str, port: int) -> Flow:
    """Return the way of cert-manager's controller to a DNS server."""
    network = ipaddress.ip_network(address)
    ports = (Port(port=port), Port(port=port, protocol=Protocol.UDP))
    return Flow(from_=controller, to=Network(cidr=str(network)), ports=ports)


class Zone(Settings, ABC):
    """A zone of DNS."""

    cluster: ClassVar[str | None] = None
    """Kind of cluster whose service accounts have a role there; None where any cluster will do."""

    name: OutsideName
    """Domain of the zone, such as `example.com`."""

    def holds(self, host: str) -> bool:
        """Return whether a host lies in the zone."""
        return host == self.name or host.endswith(f".{self.name}")

    @property
    def grant(self) -> str | None:
        """What cert-manager's identity may do, in the words of the cloud; None where there is no identity."""
        return None

    @abstractmethod
    def solver(self) -> dict[str, Any]:
        """Return how cert-manager writes into the zone, in its words."""

    @abstractmethod
    def flows(self, controller: Pods) -> tuple[Flow, ...]:
        """Return the ways of cert-manager's controller to what changes the zone."""


class _CloudZone(Zone):
    """A zone in a cloud's DNS."""

    networks: tuple[Network, ...] = Field(min_length=1)
    """Addresses at which pods reach the cloud's interface for DNS, and where it gives out tokens, by TLS."""

    def flows(self, controller: Pods) -> tuple[Flow, ...]:
        """Return the ways to the cloud's interface."""
        return tuple(Flow(from_=controller, to=each, ports=(Port(port=_HTTPS),)) for each in self.networks)


class Route53(_CloudZone):
    """A hosted zone of Route 53. The identity changes TXT records named `_acme-challenge` in it, and nothing else."""

    cluster: ClassVar[str | None] = "eks"

    kind: Literal["route53"]
    """Whose zone it is."""
    hosted_zone: Annotated[str, Field(pattern=r"^Z[A-Z0-9]{1,31}$")]
    """Id of the hosted zone."""

    @property
    def grant(self) -> str | None:
        """The toolkit's own policy on the hosted zone."""
        return f"acme-challenges@hostedZones/{self.hosted_zone}"

    def solver(self) -> dict[str, Any]:
        """Write into the zone by its id, so that no other is looked for."""
        return {"route53": {"hostedZoneID": self.hosted_zone}}


class AzureDns(_CloudZone):
    """A zone of Azure DNS. The role is on the zone: Azure has none for the names of records in it."""

    cluster: ClassVar[str | None] = "aks"

    kind: Literal["azure-dns"]
    """Whose zone it is."""
    subscription: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    """Subscription of the zone."""
    resource_group: Annotated[str, Field(pattern=r"^[A-Za-z0-9._()-]{1,90}$")]
    """Resource group of the zone."""
    role: Annotated[str, Field(pattern=_ROLE)] = "DNS Zone Contributor"
    """Role on the zone; better the id of one of your own that reads, writes and deletes TXT records alone."""

    @property
    def grant(self) -> str | None:
        """The role on the zone."""
        group = f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}"
        return f"{self.role}@{group}/providers/Microsoft.Network/dnsZones/{self.name}"

    def solver(self) -> dict[str, Any]:
        """Write into the zone as the identity of the pod."""
        place = {"subscriptionID": self.subscription, "resourceGroupName": self.resource_group}
        return {"azureDNS": {**place, "hostedZoneName": self.name}}


class CloudDns(_CloudZone):
    """A managed zone of Cloud DNS. The role is on the zone: IAM has none for the names of records in it."""

    cluster: ClassVar[str | None] = "gke"

    kind: Literal["cloud-dns"]
    """Whose zone it is."""
    project: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$")]
    """Project of the zone, which is that of the cluster: the right is given in it."""
    managed_zone: DnsLabel
    """Name of the zone in the project."""
    role: Annotated[str, Field(pattern=_ROLE)] = "roles/dns.admin"
    """Role on the zone; better one of your own with `dns.changes.create`, `dns.changes.get` and the rights to list,
    create, update and delete `dns.resourceRecordSets` alone."""

    @property
    def grant(self) -> str | None:
        """The role on the zone."""
        return f"{self.role}@managedZones/{self.managed_zone}"

    def solver(self) -> dict[str, Any]:
        """Write into the zone by its name, so that the identity needs no list of the project's zones."""
        return {"cloudDNS": {"project": self.project, "hostedZoneName": self.managed_zone}}


class Tsig(StrEnum):
    """How a change is signed; what is weaker is not offered."""

    SHA256 = "HMACSHA256"
    """HMAC with SHA-256; the default."""
    SHA512 = "HMACSHA512"
    """HMAC with SHA-512."""


class Rfc2136(Zone):
    """A zone on a DNS server that takes changes by RFC 2136, for a cluster that is in no cloud.

    Such a server knows who asks by a key that both have (TSIG) and by nothing that ends, so it is named here by its
    Secret, which never is in the stack file, and the control `issuer-no-static-credential` asks for a waiver. Let the
    key change TXT records named `_acme-challenge` alone (BIND: `update-policy`).
    """

    kind: Literal["rfc2136"]
    """Whose zone it is."""
    nameserver: Address
    """Address of the server that takes the changes, by TCP."""
    port: Annotated[int, Field(ge=1, le=65535, strict=True)] = DNS_PORT
    """Its port."""
    key_name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?$")]
    """Name of the TSIG key."""
    secret: DnsLabel
    """Secret in `platform-authorities` whose entry `key` is the TSIG key, put there by External Secrets or by hand."""
    algorithm: Tsig = Tsig.SHA256
    """How changes are signed."""

    def solver(self) -> dict[str, Any]:
        """Sign each change by the key."""
        server = {"nameserver": endpoint(self.nameserver, self.port), "protocol": "TCP"}
        key = {"name": self.secret, "key": TSIG_ENTRY}
        signed = {"tsigKeyName": self.key_name, "tsigAlgorithm": self.algorithm.value, "tsigSecretSecretRef": key}
        return {"rfc2136": {**server, **signed}}

    def flows(self, controller: Pods) -> tuple[Flow, ...]:
        """Return the way to the server."""
        return (asked_at(controller, self.nameserver, self.port),)


AnyZone = Annotated[Route53 | AzureDns | CloudDns | Rfc2136, Field(discriminator="kind")]
"""Every kind of zone."""
