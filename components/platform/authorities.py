"""Who signs the certificates of the cluster: a root in the cluster, or an authority outside, by name.

Each says what it needs once, what each namespace needs, and which certificates are trusted. There is no `key-vault`:
cert-manager has no issuer that signs by Azure Key Vault. Keep the issuing authority in it and bring it by External
Secrets: then it is `imported`.
"""

import re
from abc import ABC, abstractmethod
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field

from ..model import DnsLabel, Settings
from ..tenancy import Network
from . import certificates, tokens
from .certificates import ISSUER, Level

AUTHORITIES = "platform-authorities"
"""Namespace of the authorities' keys, in which nothing runs; ClusterIssuers find their Secrets here alone."""
TRUST = "platform-trust"
"""Namespace of what hands trusted certificates out. It holds no authority's key."""
ISSUING = "secure-clusters-issuing"
"""ClusterIssuer that signs the namespaces' authorities."""
ANCHOR = "anchor"
"""Certificate beside trust-manager whose Secret brings the root's certificate there, without the root's key."""
_ACCOUNT = "certificates"
"""Service account by which a namespace signs in to Vault."""


def _certificates_only(text: str) -> str:
    if "PRIVATE KEY" in text:
        raise ValueError("holds a private key, which does not belong into a stack file; replace that key")
    if not re.fullmatch(r"(\s*-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----\s*)+", text):
        raise ValueError("use one or more certificates in PEM form")
    return text


Certificates = Annotated[str, AfterValidator(_certificates_only)]
"""Certificates in PEM form; they are public."""


class Authority(Settings, ABC):
    """Who signs."""

    group: ClassVar[str] = certificates.GROUP
    """API group of the Issuer in each namespace."""
    issuer_kind: ClassVar[str] = "Issuer"
    """Kind of the Issuer in each namespace."""

    @property
    def networks(self) -> tuple[Network, ...]:
        """Where cert-manager has to reach the authority; nowhere where it is in the cluster."""
        return ()

    @property
    def signers(self) -> tuple[str, ...]:
        """Issuers whose requests cert-manager approves, beside its own."""
        return ()

    def shared(self) -> list[dict[str, Any]]:
        """Return what the cluster needs once."""
        return []

    @abstractmethod
    def for_namespace(self, namespace: str, cluster_domain: str) -> list[dict[str, Any]]:
        """Return what a namespace needs to have certificates."""

    @abstractmethod
    def trusted(self, cluster_domain: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return the sources of the bundle of trusted certificates, and what has to be there for them."""

    def issuer(self) -> dict[str, str]:
        """Return how a certificate in a namespace names who signs it."""
        return certificates.reference(ISSUER, self.issuer_kind, self.group)


class InCluster(Authority):
    """A root of the cluster's own, below it the one that issues, below that one for each namespace."""

    kind: Literal["in-cluster"] = "in-cluster"
    """Where the root is."""

    def shared(self) -> list[dict[str, Any]]:
        """Return the root, and the ClusterIssuer that signs the namespaces' authorities."""
        first = certificates.reference("self-signed")
        return [
            certificates.manifest("Issuer", "self-signed", AUTHORITIES, {"selfSigned": {}}),
            certificates.authority("root", AUTHORITIES, Level.ROOT, first, common_name="secure-clusters root"),
            certificates.manifest("Issuer", "root", AUTHORITIES, {"ca": {"secretName": "root"}}),
            certificates.authority(
                "issuing",
                AUTHORITIES,
                Level.ISSUING,
                certificates.reference("root"),
                common_name="secure-clusters issuing",
            ),
            certificates.manifest("ClusterIssuer", ISSUING, None, {"ca": {"secretName": "issuing"}}),
        ]

    def for_namespace(self, namespace: str, cluster_domain: str) -> list[dict[str, Any]]:
        """Return the namespace's own authority, which signs its own names only."""
        issuing = certificates.reference(ISSUING, "ClusterIssuer")
        return certificates.namespace_issuer(namespace, issuing, cluster_domain)

    def trusted(self, cluster_domain: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return the root's certificate, as cert-manager puts it beside every certificate that it issues."""
        anchor = certificates.certificate(
            ANCHOR,
            TRUST,
            Level.LEAF,
            certificates.reference(ISSUING, "ClusterIssuer"),
            {"dnsNames": certificates.service_names([ANCHOR], TRUST, cluster_domain), "usages": ["digital signature"]},
        )
        return [{"secret": {"name": ANCHOR, "key": "ca.crt"}}], [anchor]


class _Outside(Authority):
    """An authority whose root is not in the cluster, so that the stack file says what is trusted."""

    roots: Certificates
    """Certificates that workloads trust, in PEM form."""

    def trusted(self, cluster_domain: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return the roots as the stack file gives them."""
        del cluster_domain
        return [{"inLine": self.roots}], []


class Imported(_Outside):
    """An issuing authority of a root elsewhere, whose key the platform team brings into the cluster.

    The Secret `issuing` (tls.crt with its chain, tls.key) in the namespace `platform-authorities` holds it, put there
    by External Secrets from Azure Key Vault, AWS Secrets Manager or Secret Manager; never by this stack.
    """

    kind: Literal["imported"]
    """Where the root is."""

    def shared(self) -> list[dict[str, Any]]:
        """Return the ClusterIssuer that signs the namespaces' authorities."""
        return [certificates.manifest("ClusterIssuer", ISSUING, None, {"ca": {"secretName": "issuing"}})]

    def for_namespace(self, namespace: str, cluster_domain: str) -> list[dict[str, Any]]:
        """Return the namespace's own authority, which signs its own names only."""
        issuing = certificates.reference(ISSUING, "ClusterIssuer")
        return certificates.namespace_issuer(namespace, issuing, cluster_domain)


class Vault(_Outside):
    """HashiCorp Vault or OpenBao. Each namespace signs in as itself, so Vault's roles say which names it may have."""

    kind: Literal["vault"]
    """Where the root is."""
    server: Annotated[str, Field(pattern=r"^https://\S+$")]
    """Address of Vault."""
    mount: Annotated[str, Field(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)*$")] = "pki"
    """Where its PKI engine is mounted; it has a role for each namespace, named after it."""
    authentication: Annotated[str, Field(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)*$")] = "kubernetes"
    """Where its Kubernetes authentication is mounted, with a role for each namespace as well."""
    reached: tuple[Network, ...] = Field(min_length=1)
    """Addresses of Vault as pods reach it, on port `port`."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8200
    """Port behind those addresses."""

    @property
    def networks(self) -> tuple[Network, ...]:
        """Where Vault is."""
        return self.reached

    def for_namespace(self, namespace: str, cluster_domain: str) -> list[dict[str, Any]]:
        """Return an account that signs in as the namespace, and the Issuer that uses it."""
        del cluster_domain
        sign_in = {
            "role": namespace,
            "mountPath": f"/v1/auth/{self.authentication}",
            "serviceAccountRef": {"name": _ACCOUNT},
        }
        spec = {"server": self.server, "path": f"{self.mount}/sign/{namespace}", "auth": {"kubernetes": sign_in}}
        return [
            tokens.account(_ACCOUNT, namespace),
            *tokens.lent(_ACCOUNT, namespace, to=("cert-manager", "platform-certificates")),
            certificates.manifest("Issuer", ISSUER, namespace, {"vault": spec}),
        ]


class AcmPca(_Outside):
    """AWS Private CA, by the controller aws-privateca-issuer, which the platform team installs with its own role."""

    group: ClassVar[str] = "awspca.cert-manager.io"
    issuer_kind: ClassVar[str] = "AWSPCAIssuer"

    kind: Literal["acm-pca"]
    """Where the root is."""
    arn: Annotated[
        str, Field(pattern=r"^arn:aws[a-z-]*:acm-pca:[a-z0-9-]+:[0-9]{12}:certificate-authority/[0-9a-f-]{36}$")
    ]
    """ARN of the authority."""

    @property
    def signers(self) -> tuple[str, ...]:
        """Its own."""
        return (f"awspcaissuers.{self.group}/*",)

    def for_namespace(self, namespace: str, cluster_domain: str) -> list[dict[str, Any]]:
        """Return the Issuer. The authority signs any name: certificate-own-names holds them inside the cluster."""
        del cluster_domain
        spec = {"arn": self.arn, "region": self.arn.split(":")[3]}
        return [certificates.manifest(self.issuer_kind, ISSUER, namespace, spec, f"{self.group}/v1beta1")]


class GoogleCas(_Outside):
    """Google's Certificate Authority Service, by the controller google-cas-issuer, installed by the platform team."""

    group: ClassVar[str] = "cas-issuer.jetstack.io"
    issuer_kind: ClassVar[str] = "GoogleCASIssuer"

    kind: Literal["google-cas"]
    """Where the root is."""
    project: Annotated[str, Field(min_length=6, max_length=30)]
    """Project of the pool."""
    location: DnsLabel
    """Region of the pool."""
    pool: DnsLabel
    """Name of the pool."""

    @property
    def signers(self) -> tuple[str, ...]:
        """Its own."""
        return (f"googlecasissuers.{self.group}/*",)

    def for_namespace(self, namespace: str, cluster_domain: str) -> list[dict[str, Any]]:
        """Return the Issuer. The pool signs any name: certificate-own-names holds them inside the cluster."""
        del cluster_domain
        spec = {"project": self.project, "location": self.location, "caPoolId": self.pool}
        return [certificates.manifest(self.issuer_kind, ISSUER, namespace, spec, f"{self.group}/v1beta1")]


AnyAuthority = Annotated[InCluster | Imported | Vault | AcmPca | GoogleCas, Field(discriminator="kind")]
"""Every kind of authority."""
