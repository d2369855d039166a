"""What Sigstore's policy-controller demands of a tenant's images, as ClusterImagePolicies.

An image has to satisfy every policy whose pattern it matches, by one of the policy's authorities; an image that no
policy is about is refused. So who signs and what an image is built on are two policies.

Source: https://docs.sigstore.dev/policy-controller/overview/
"""

import json
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, Self, cast

from pydantic import Discriminator, Field, Tag, model_validator

from ..model import Settings
from ..naming import LABEL_DOMAIN, annotation

API_VERSION = "policy.sigstore.dev/v1beta1"
KIND = "ClusterImagePolicy"
BASE_IMAGE_PREDICATE = f"https://{LABEL_DOMAIN}/attestations/base-image/v1"
"""Predicate type of the attestation that says what an image is built on; `scripts/sign-image.sh` makes it."""
PUBLIC_FULCIO = "https://fulcio.sigstore.dev"
PUBLIC_REKOR = "https://rekor.sigstore.dev"
DISTROLESS = (
    "cgr.dev/chainguard/static",
    "gcr.io/distroless/base-debian12",
    "gcr.io/distroless/base-nossl-debian12",
    "gcr.io/distroless/cc-debian12",
    "gcr.io/distroless/java21-debian12",
    "gcr.io/distroless/nodejs24-debian12",
    "gcr.io/distroless/python3-debian12",
    "gcr.io/distroless/static-debian12",
    "scratch",
)
"""Base images without shell and package manager: what an intruder finds there is the program alone."""

_ALL_BELOW = "/**"
_HTTPS = Annotated[str, Field(pattern=r"^https://[^\s*]+$", max_length=300)]
Repositories = Annotated[str, Field(pattern=r"^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)+(/\*\*)?$", max_length=300)]
"""One repository with its registry, or all below a path: `registry.example/payments/**`."""


class KeylessSigner(Settings):
    """A pipeline that signs by its own identity: nobody keeps a key."""

    issuer: _HTTPS
    """OIDC issuer of the identity, such as `https://token.actions.githubusercontent.com`."""
    subject: Annotated[str, Field(min_length=3, max_length=500, pattern=r"^[^\s*]+$")]
    """The one identity that signs, whole: `https://github.com/OWNER/REPOSITORY/.github/workflows/FILE@refs/heads/main`.
    There are no patterns: a pattern trusts whoever can name a branch."""

    def authority(self) -> dict[str, Any]:
        """Return what verifies its signatures; they are in the public transparency log."""
        identity = {"issuer": self.issuer, "subject": self.subject}
        return {
            "keyless": {"url": PUBLIC_FULCIO, "identities": [identity]},
            "ctlog": {"url": PUBLIC_REKOR},
        }


class KeySigner(Settings):
    """A key that signs."""

    kms: Annotated[str, Field(pattern=r"^(awskms|azurekms|gcpkms|hashivault)://\S+$")] | None = None
    """The key in a key management service, which never leaves it."""
    public_key: (
        Annotated[str, Field(pattern=r"^-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+/=\n]+-----END PUBLIC KEY-----\n?$")]
        | None
    ) = None
    """The public half of a key, as PEM."""
    ctlog: Literal["public", "none"] = "public"
    """Transparency log that the signatures have to be in; `none` for a key whose use no stranger may see."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.kms is None) is (self.public_key is None):
            raise ValueError("name one of kms and publicKey")
        return self

    def authority(self) -> dict[str, Any]:
        """Return what verifies its signatures."""
        key = {"kms": self.kms} if self.kms else {"data": self.public_key}
        log = {"ctlog": {"url": PUBLIC_REKOR}} if self.ctlog == "public" else {}
        return {"key": {**key, "hashAlgorithm": "sha256"}, **log}


def _signer_kind(value: Any) -> str | None:
    fields = cast("dict[str, Any]", value) if isinstance(value, dict) else getattr(value, "model_fields_set", ())
    for kind, keys in (("keyless", {"issuer", "subject"}), ("key", {"kms", "publicKey", "public_key", "ctlog"})):
        if keys & set(fields):
            return kind
    return None


Signer = Annotated[
    Annotated[KeylessSigner, Tag("keyless")] | Annotated[KeySigner, Tag("key")],
    Discriminator(
        _signer_kind,
        custom_error_type="signer",
        custom_error_message="name issuer and subject of a pipeline's identity, or a key by kms or publicKey",
    ),
]
"""Who may sign."""


def document(tenant: str, subject: str, images: Sequence[str], authorities: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a policy named `<tenant>-<subject>` that refuses what none of the authorities vouches for."""
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": {"name": f"{tenant}-{subject}", "labels": {annotation("tenant"): tenant}},
        "spec": {
            "mode": "enforce",
            "images": [{"glob": _glob(image)} for image in images],
            "authorities": list(authorities),
        },
    }


def of_proxies(repository: str) -> dict[str, Any]:
    """Return the policy that lets the proxies of a cloud's mesh into pods of tenants, where all else is refused.

    No cloud signs them as Sigstore does: that they are the cloud's, its registry says.
    """
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": {"name": "mesh-proxies"},
        "spec": {
            "mode": "enforce",
            "images": [{"glob": _glob(repository)}],
            "authorities": [{"name": "registry", "static": {"action": "pass"}}],
        },
    }


def _glob(repositories: str) -> str:
    """Return the pattern over whole references, which the verifier has resolved to digests before it looks."""
    return repositories if repositories.endswith(_ALL_BELOW) else f"{repositories}@**"


def overlap(one: str, other: str) -> bool:
    """Return whether an image may lie in both."""
    return one == other or any(
        wide.endswith(_ALL_BELOW) and narrow.startswith(wide.removesuffix("**"))
        for wide, narrow in ((one, other), (other, one))
    )


def base_image_attestation(allowed: tuple[str, ...]) -> dict[str, Any]:
    """Return what an authority demands beside its signature: an attestation of one of the allowed base images.

    In Rego, where what an attestation leaves out makes it fail; CUE lets absent fields pass.
    """
    names = ", ".join(json.dumps(name) for name in sorted(allowed))
    lines = (
        "package sigstore",
        "import rego.v1",
        "default isCompliant := false",
        "isCompliant if {",
        f'  input.predicateType == "{BASE_IMAGE_PREDICATE}"',
        f"  input.predicate.baseImage.name in {{{names}}}",
        "  regex.match(`^sha256:[0-9a-f]{64}$`, input.predicate.baseImage.digest)",
        "}",
    )
    return {
        "name": "base-image",
        "predicateType": BASE_IMAGE_PREDICATE,
        "policy": {"type": "rego", "data": "\n".join(lines) + "\n"},
    }


def numbered(authorities: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the authorities, each with a name of its own and the format in which cosign 3 signs."""
    for number, authority in enumerate(authorities, start=1):
        yield {"name": f"signer-{number}", "signatureFormat": "bundle", **authority}
