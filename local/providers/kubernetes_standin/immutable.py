"""Fields whose change replaces the object; which they are is data in `policies/replaces/kubernetes.yaml`."""

from typing import Final

from policies import replacements
from policies.replacements import EVERY_KIND, KUBERNETES

Path = tuple[str | int, ...]
"""Keys and list indexes from the root of an object."""


def _paths(kind: str) -> tuple[Path, ...]:
    return tuple(tuple(path.split(".")) for path in replacements.of_package(KUBERNETES).get(kind, ()))


IDENTITY: Final = _paths(EVERY_KIND)


def replacing_fields(kind: str, *, is_patch: bool, mutable_kinds: frozenset[str]) -> tuple[Path, ...]:
    """Return the paths whose change replaces an object of the kind.

    `mutable_kinds` are of ConfigMap and Secret those whose data the provider's settings let change in
    place. A patch is replaced only when it names another object.
    """
    if is_patch:
        return IDENTITY
    if kind in mutable_kinds:
        return (*IDENTITY, ("type",))
    return IDENTITY + _paths(kind)
