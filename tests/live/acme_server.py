"""A real ACME server, with the DNS of a zone that it asks, and the stack that has its certificates from it."""

import base64
import datetime
import ipaddress
import secrets
import socket
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.edge_stacks import HOST, ZONES, namespace, stack

ADDRESS = "127.0.0.1"
OTHER = "api.example.com"
"""Host of the second namespace; the first one's is `HOST`."""


class Server:
    """An ACME server and the DNS of the zone, on ports of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.acme, self.dns = _free_port(), _free_port()
        self.secrets = {
            "zone-key": base64.b64encode(secrets.token_bytes(32)).decode(),
            "acme-binding": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("="),
        }
        self.certificate = _serving(folder)
        for name, file in (("zone-key", "tsig"), ("acme-binding", "eab")):
            (folder / file).write_text(self.secrets[name])

    @property
    def root(self) -> bytes:
        """What the server signs with, in the end."""
        return (self.folder / "root.pem").read_bytes()

    def stack(self) -> dict[str, Any]:
        """Settings of a stack with two namespaces that have hosts of the zone."""
        zone = {**ZONES["existing"], "nameserver": ADDRESS, "port": self.dns, "keyName": "acme"}
        return stack(
            "existing",
            namespace("web", HOST),
            namespace("api", OTHER),
            server=f"https://{ADDRESS}:{self.acme}/dir",
            networks=[{"cidr": f"{ADDRESS}/32"}],
            port=self.acme,
            roots=self.certificate,
            accountBinding={"keyId": "stack", "secret": "acme-binding"},
            profile="shortlived",
            zones=[zone],
        )


def _free_port() -> int:
    """A port that nothing listens on, by UDP as well."""
    with socket.socket() as taken:
        taken.bind((ADDRESS, 0))
        return int(taken.getsockname()[1])


def _serving(folder: Path) -> str:
    """Make the server's own certificate; return it in PEM form."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "acme server of a test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(ADDRESS))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    (folder / "tls.key").touch(mode=0o600)
    (folder / "tls.key").write_bytes(private)
    (folder / "tls.crt").write_bytes(pem)
    return pem.decode()
