"""The keys and certificates of the local control plane, made on this machine for it alone.

Two authorities, because etcd takes any certificate of its authority for full access: a client of the API
server must not be able to talk to etcd. The authorities' own keys are never written anywhere: when the
certificates run out, all of them are made anew by new authorities. The service account key and the key
that encrypts Secrets in etcd are kept, as data that exists depends on them.

The admin is in the group `system:masters`, which no RBAC rule can take away. That is acceptable for this
one certificate only: it opens a control plane that listens on 127.0.0.1, for the user who owns its
processes and files anyway, for 30 days. Real clusters bind a group of the identity provider instead.
"""

import base64
import datetime
import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .workspace import write_private

LIFETIME = datetime.timedelta(days=30)
RENEWAL = datetime.timedelta(days=1)
"""Certificates with less time than this left are made anew."""
API_SERVER_NAMES = (
    "localhost",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
)
SERVICE_ADDRESS = "10.96.0.1"
"""Address of the service `kubernetes`: the first of `control_plane.SERVICE_RANGE`."""


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """A certificate to be made: who it names, and whether it serves, asks, or both."""

    file: str
    authority: str
    common_name: str
    organization: str | None = None
    addresses: Sequence[str] = ()
    names: Sequence[str] = ()
    server: bool = False
    client: bool = False


LEAVES = (
    Leaf(
        file="api-server",
        authority="ca",
        common_name="kube-apiserver",
        addresses=("127.0.0.1", SERVICE_ADDRESS),
        names=API_SERVER_NAMES,
        server=True,
    ),
    Leaf(file="admin", authority="ca", common_name="local-admin", organization="system:masters", client=True),
    Leaf(
        file="controller-manager",
        authority="ca",
        common_name="system:kube-controller-manager",
        addresses=("127.0.0.1",),
        server=True,
        client=True,
    ),
    Leaf(
        file="etcd",
        authority="etcd-ca",
        common_name="etcd",
        addresses=("127.0.0.1",),
        names=("localhost",),
        server=True,
        client=True,
    ),
    Leaf(file="etcd-client", authority="etcd-ca", common_name="kube-apiserver", client=True),
)


@dataclass(frozen=True, kw_only=True)
class Pki:
    """The folder of the keys and certificates; every file in it has mode 0600."""

    folder: Path

    def certificate(self, name: str) -> Path:
        """Return the path of a certificate in PEM form: of an authority or of one of `LEAVES`."""
        return self.folder / f"{name}.crt"

    def key(self, name: str) -> Path:
        """Return the path of a private key in PEM form (PKCS #8): of a leaf, or `service-account`."""
        return self.folder / f"{name}.key"

    @property
    def service_account_public_key(self) -> Path:
        """Path of the key that service account tokens are checked with."""
        return self.folder / "service-account.pub"

    @property
    def encryption_key(self) -> Path:
        """Path of the 32-byte key, in base64, that encrypts Secrets in etcd."""
        return self.folder / "encryption.key"

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the API server's certificate: it changes whenever the certificates are remade."""
        certificate = x509.load_pem_x509_certificate(self.certificate("api-server").read_bytes())
        return certificate.fingerprint(hashes.SHA256()).hex()


def ensure(folder: Path, *, now: datetime.datetime | None = None) -> Pki:
    """Return the keys and certificates in `folder` (which exists, mode 0700), making what is missing.

    All certificates are made anew when one of them is missing, unreadable or runs out within `RENEWAL`.
    `now` is for tests.
    """
    now = now or datetime.datetime.now(datetime.UTC)
    pki = Pki(folder=folder)
    if not _certificates_usable(pki, now):
        _make_certificates(pki, now)
    if not pki.key("service-account").exists() or not pki.service_account_public_key.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        write_private(pki.service_account_public_key, _public_pem(key))
        write_private(pki.key("service-account"), _private_pem(key))
    if not pki.encryption_key.exists():
        write_private(pki.encryption_key, base64.b64encode(secrets.token_bytes(32)))
    return pki


def _certificates_usable(pki: Pki, now: datetime.datetime) -> bool:
    try:
        return all(_leaf_usable(pki, leaf, now) for leaf in LEAVES)
    except (FileNotFoundError, ValueError, TypeError, InvalidSignature):
        return False


def _leaf_usable(pki: Pki, leaf: Leaf, now: datetime.datetime) -> bool:
    """Whether certificate, key and authority belong together and last; a killed run can mix old and new."""
    certificate = x509.load_pem_x509_certificate(pki.certificate(leaf.file).read_bytes())
    key = serialization.load_pem_private_key(pki.key(leaf.file).read_bytes(), password=None)
    authority = x509.load_pem_x509_certificate(pki.certificate(leaf.authority).read_bytes())
    certificate.verify_directly_issued_by(authority)
    lasts = min(certificate.not_valid_after_utc, authority.not_valid_after_utc) - now > RENEWAL
    return lasts and certificate.public_key() == key.public_key()


def _make_certificates(pki: Pki, now: datetime.datetime) -> None:
    for authority in sorted({leaf.authority for leaf in LEAVES}):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"secure-clusters local {authority}")])
        certificate = _authority_certificate(name, key, now)
        for leaf in LEAVES:
            if leaf.authority == authority:
                _make_leaf(pki, leaf, name, key, now)
        write_private(pki.certificate(authority), _pem(certificate))


def _make_leaf(
    pki: Pki, leaf: Leaf, issuer: x509.Name, issuer_key: ec.EllipticCurvePrivateKey, now: datetime.datetime
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = [x509.NameAttribute(NameOID.COMMON_NAME, leaf.common_name)]
    if leaf.organization:
        subject.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, leaf.organization))
    usages = [ExtendedKeyUsageOID.SERVER_AUTH] * leaf.server + [ExtendedKeyUsageOID.CLIENT_AUTH] * leaf.client
    builder = (
        _builder(x509.Name(subject), issuer, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    alternatives = [
        *(x509.IPAddress(ipaddress.ip_address(address)) for address in leaf.addresses),
        *(x509.DNSName(name) for name in leaf.names),
    ]
    if alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    write_private(pki.key(leaf.file), _private_pem(key))
    write_private(pki.certificate(leaf.file), _pem(builder.sign(issuer_key, hashes.SHA256())))


def _authority_certificate(
    name: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime.datetime
) -> x509.Certificate:
    return (
        _builder(name, name, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime.datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # Five minutes back, for clocks that are set right between this moment and the first use.
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + LIFETIME)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
