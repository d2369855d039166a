"""Certificates for the edge, by an ACME server: a public one cannot sign names inside the cluster, so hosts alone.

Hosts are shown by DNS-01 only. HTTP-01 opens a way from the internet through default-deny to a pod that cert-manager
puts into a tenant's namespace, and whoever may write that namespace's Ingresses answers for the host.

Who may have which host is held by what there is, not by who asks. Each namespace has a ClusterIssuer of its own, whose
solvers are for the namespace's hosts and for no other, and an account of its own at the server: an account may have
every host that it once showed, whatever solver there is. It is a ClusterIssuer, as the keys of an Issuer (of its
account, of the account's binding, of a zone) would lie in the tenant's namespace, and as an Issuer signs in to a cloud
as cert-manager only where every Issuer may, those included that a tenant writes. What is left, a namespace that names
the issuer of another, the controls certificate-own-issuer and certificate-edge-hosts refuse, here and in the cluster.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from pydantic import Field

from ..model import DnsLabel, Settings
from ..naming import namespace_name
from ..tenancy import Network, TenantArgs
from ..tenancy.edge_certificate import EdgeCertificate
from ..tenancy.intent import Flow, Pods, Port
from ..tenancy.model import Namespace
from . import certificates
from .authorities import Certificates
from .zones import DNS_PORT, Address, AnyZone, asked_at, endpoint

_HTTPS = 443
_BINDING_ENTRY = "key"
"""Entry of the Secret that holds the key of an account binding."""


class AccountBinding(Settings):
    """An account with the certification authority that accounts of the ACME server belong to (RFC 8555, 7.3.4)."""

    key_id: Annotated[str, Field(min_length=1, max_length=200)]
    """What the authority calls the key; it is no secret."""
    secret: DnsLabel
    """Secret in `platform-authorities` whose entry `key` is the key as base64url, put there by External Secrets or by
    hand. It registers accounts and signs nothing else."""


class EdgeArgs(Settings):
    """Certificates for hosts of Ingresses and Gateways, by an ACME server that is public or your own."""

    server: Annotated[str, Field(pattern=r"^https://[^\s@]+$")]
    """Its directory, such as `https://acme-v02.api.letsencrypt.org/directory`, or
    `https://acme-staging-v02.api.letsencrypt.org/directory` while you try."""
    networks: tuple[Network, ...] = Field(min_length=1)
    """Addresses at which pods reach the server."""
    port: Annotated[int, Field(ge=1, le=65535, strict=True)] = _HTTPS
    """Port behind those addresses."""
    roots: Certificates | None = None
    """Certificates by which a server of your own is known, in PEM form; by default what the public web trusts."""
    email: Annotated[str, Field(pattern=r"^[^\s@]+@[^\s@]+$")] | None = None
    """Where the authority writes to about the accounts."""
    account_binding: AccountBinding | None = None
    """Account with the authority, where it asks for one."""
    profile: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$")] | None = None
    """Profile of the certificates, one of those in the server's directory; at Let's Encrypt `shortlived` lives six
    days. By default the server's own choice, which is 90 days or less."""
    zones: tuple[AnyZone, ...] = Field(min_length=1)
    """Zones that hosts lie in."""
    resolvers: tuple[Address, ...] = ()
    """DNS servers that are asked whether a record is there before the ACME server looks; by default the cluster's own.
    Needed where a private zone of the same name hides the public one inside."""

    @property
    def grants(self) -> tuple[str, ...]:
        """What cert-manager's identity may do in the cloud."""
        return tuple(dict.fromkeys(grant for zone in self.zones if (grant := zone.grant)))

    @property
    def arguments(self) -> tuple[str, ...]:
        """Arguments of cert-manager's controller: default-deny opens no way to the servers of the zone themselves."""
        asked = ",".join(endpoint(each, DNS_PORT) for each in self.resolvers)
        named = (f"--dns01-recursive-nameservers={asked}",) if asked else ()
        return ("--dns01-recursive-nameservers-only", *named)

    def flows(self, controller: Pods) -> Iterator[Flow]:
        """Yield the ways of cert-manager's controller to the server, the zones and the resolvers."""
        for network in self.networks:
            yield Flow(from_=controller, to=network, ports=(Port(port=self.port),))
        for zone in self.zones:
            yield from zone.flows(controller)
        for address in self.resolvers:
            yield asked_at(controller, address, DNS_PORT)

    def zone_of(self, host: str) -> AnyZone | None:
        """Return the nearest zone that a host lies in."""
        return max((each for each in self.zones if each.holds(host)), key=lambda each: len(each.name), default=None)

    def for_namespace(self, namespace: str, asked: Sequence[EdgeCertificate]) -> list[dict[str, Any]]:
        """Return the issuer of a namespace, for its hosts alone, and the certificates that it asks for."""
        return [self._issuer(namespace, asked), *(_certificate(namespace, each) for each in asked)]

    def _issuer(self, namespace: str, asked: Sequence[EdgeCertificate]) -> dict[str, Any]:
        name = issuer_name(namespace)
        binding = self.account_binding
        spec: dict[str, Any] = {
            "server": self.server,
            "privateKeySecretRef": {"name": name},
            "solvers": [*self._solvers(sorted(host for each in asked for host in each.hosts))],
            **({"caBundle": certificates.encoded(self.roots)} if self.roots else {}),
            **({"email": self.email} if self.email else {}),
            **({"profile": self.profile} if self.profile else {}),
        }
        if binding:
            key = {"name": binding.secret, "key": _BINDING_ENTRY}
            spec["externalAccountBinding"] = {"keyID": binding.key_id, "keySecretRef": key}
        return certificates.manifest("ClusterIssuer", name, None, {"acme": spec})

    def _solvers(self, hosts: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Yield a solver for each zone: without names in its selector it would be for every host of the zone."""
        for zone in self.zones:
            if own := [host for host in hosts if self.zone_of(host) is zone]:
                yield {"selector": {"dnsNames": own}, "dns01": zone.solver()}

    def problems(self, tenants: Sequence[TenantArgs], cluster_domain: str) -> Iterator[str]:
        """Yield zones that stand twice, hosts in no zone or inside the cluster, and hosts of two namespaces."""
        names = [zone.name for zone in self.zones]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"the zone {name!r} stands twice; leave one out"
        owners: dict[str, str] = {}
        for namespace, host in declared_hosts(tenants):
            if host.endswith(f".{cluster_domain}"):
                yield f"{namespace}: the host {host!r} is a name inside the cluster, which certificates: are for"
            elif self.zone_of(host) is None:
                yield f"{namespace}: the host {host!r} lies in none of the zones {', '.join(names)}; add its zone"
            if owners.setdefault(host, namespace) != namespace:
                yield f"{namespace}: the host {host!r} belongs to {owners[host]} already; a host is one namespace's"


def issuer_name(namespace: str) -> str:
    """Return the name of a namespace's ClusterIssuer, and of the Secret with its account's key."""
    return f"{certificates.EDGE}-{namespace}"


def _certificate(namespace: str, asked: EdgeCertificate) -> dict[str, Any]:
    """Return a certificate for the edge. Nobody waits for it: an update does not hang on somebody else's server."""
    spec = {
        "secretName": asked.name,
        "dnsNames": list(asked.hosts),
        "usages": ["digital signature", "server auth"],
        "revisionHistoryLimit": 1,
        "privateKey": certificates.private_key(256),
        "issuerRef": certificates.reference(issuer_name(namespace), "ClusterIssuer"),
    }
    return certificates.manifest("Certificate", asked.name, namespace, spec)


def declared_hosts(tenants: Sequence[TenantArgs]) -> Iterator[tuple[str, str]]:
    """Yield the full name of each namespace with each host that it declares."""
    for tenant in tenants:
        for namespace in tenant.namespaces:
            for host in hosts_of(namespace):
                yield namespace_name(tenant.name, namespace.name), host


def hosts_of(namespace: Namespace) -> list[str]:
    """Return the hosts that a namespace declares."""
    return [host for each in namespace.edge_certificates for host in each.hosts]
