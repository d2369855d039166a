"""A policy on images names exactly who may sign them."""

from collections.abc import Iterator
from typing import Any

from policies import objects
from policies.control import control
from policies.model import Severity
from policies.values import Props, entries

_PATTERNS = ("issuerRegExp", "subjectRegExp")
_KEYS = ("data", "kms", "secretRef")


@control(
    title="A policy on images names exactly who may sign them",
    severity=Severity.CRITICAL,
    types=objects.IMAGE_POLICIES,
    why="An authority that is absent or a pattern lets an image in that a stranger signed with an account of his own.",
    fix="Name issuer and subject of the pipeline, or a key, in imageTrust.tenants.NAME.signers.",
    url="https://docs.sigstore.dev/policy-controller/overview/#configuring-authorities",
)
def check(props: Props) -> Iterator[str]:
    authorities = entries(props.read("spec.authorities", provider_default=[]))
    if not authorities:
        yield "spec.authorities is empty, so that no signature is asked for"
    for number, authority in enumerate(authorities):
        yield from (f"spec.authorities[{number}]{problem}" for problem in _problems(authority))


def _problems(authority: Any) -> Iterator[str]:
    keyless, key = authority.get("keyless"), authority.get("key")
    if keyless is not None:
        yield from _keyless_problems(keyless)
    elif key is not None:
        if not any(key.get(each) for each in _KEYS):
            yield ".key names no key"
    elif authority.get("static") is None:
        yield " names neither identity nor key"


def _keyless_problems(keyless: Any) -> Iterator[str]:
    identities = entries(keyless.get("identities"))
    if not identities:
        yield ".keyless.identities is empty: whoever has an account with the issuer may sign"
    if keyless.get("insecureIgnoreSCT"):
        yield ".keyless.insecureIgnoreSCT accepts certificates that no log knows"
    for number, identity in enumerate(identities):
        where = f".keyless.identities[{number}]"
        for name in ("issuer", "subject"):
            if not identity.get(name) and not identity.get(f"{name}RegExp"):
                yield f"{where}.{name} is absent"
        for name in _PATTERNS:
            if identity.get(name):
                yield f"{where}.{name} is a pattern; name the one that signs"
