"""What a namespace takes from the secret store: one line for each Secret."""

from typing import Annotated

from pydantic import AfterValidator, Field

from ..model import DnsLabel, Settings


class SecretCopy(Settings):
    """A Secret of the namespace that follows one in the store, and goes where that one goes."""

    name: DnsLabel
    """Name of the Secret."""
    key: Annotated[str, Field(min_length=1, max_length=512, pattern=r"^[A-Za-z0-9/_.+=@-]+$")]
    """Name of the secret in the store."""
    entry: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,253}$")] | None = None
    """Entry of the Secret that the whole text becomes. Without it the store holds a JSON object, and each of its
    fields becomes an entry."""


def _differ(copies: tuple[SecretCopy, ...]) -> tuple[SecretCopy, ...]:
    names = [each.name for each in copies]
    for name in sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"the secret {name!r} stands twice; give each a name of its own")
    return copies


class StoredSecrets(Settings):
    """Secrets that the namespace takes from the platform's store, by an account of its own."""

    service_account: DnsLabel = "secrets"
    """Service account that reads them. In a cloud it stands in `identities`, with the grants on exactly these secrets;
    no pod has to run as it."""
    copies: Annotated[tuple[SecretCopy, ...], AfterValidator(_differ)] = Field(min_length=1)
    """Secrets that are kept up to date in the namespace."""
