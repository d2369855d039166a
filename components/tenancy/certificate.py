"""What a namespace asks of the platform's certificates: one line for each."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from ..model import DnsLabel, Settings


class CertificateUse(StrEnum):
    """What a certificate is shown for."""

    SERVER = "server"
    """By a Service, to whoever calls it; the default."""
    MUTUAL = "mutual"
    """By a Service, and by its pods where they call another that asks who they are."""


class Certificate(Settings):
    """A certificate for Services of the namespace, which lives a day and is renewed on its own with a new key.

    It lies with its key in the Secret of the same name: `tls.crt` with its chain, `tls.key`. Whom to trust is in the
    ConfigMap `secure-clusters-trust` of every namespace.
    """

    name: DnsLabel
    """Name of the certificate and of its Secret."""
    services: tuple[DnsLabel, ...] = Field(min_length=1)
    """Services of the namespace that show it, by their short names."""
    use: CertificateUse = CertificateUse.SERVER
    """What it is shown for."""

    @property
    def usages(self) -> list[str]:
        """What its key may be used for, in cert-manager's words."""
        client = ["client auth"] if self.use is CertificateUse.MUTUAL else []
        return ["digital signature", "server auth", *client]


def _differ(certificates: tuple[Certificate, ...]) -> tuple[Certificate, ...]:
    names = [each.name for each in certificates]
    for name in sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"the certificate {name!r} stands twice; put its services together")
    return certificates


Certificates = Annotated[tuple[Certificate, ...], AfterValidator(_differ)]
"""Certificates of one namespace, each with a name of its own."""
