"""What is checked and filled in before anything is compared or created. Pure functions."""

import hashlib
import secrets
from collections.abc import Iterator
from typing import Any, Final

from local.providers.properties import Object, reveal

from .protection import protect
from .tokens import ResourceType

AUTONAMED: Final = "pulumi.com/autonamed"
"""Annotation on objects whose name was made up here; the official provider sets the same."""


def checked(news: Object, olds: Object, resource: ResourceType, logical_name: str, seed: bytes) -> Object:
    """Return the inputs with API version, kind and name filled in, and data of Secrets made secret.

    A name is made from the logical name and eight hexadecimal digits; an update keeps it.
    """
    inputs = without_nulls(news)
    inputs.setdefault("apiVersion", resource.api_version)
    inputs.setdefault("kind", resource.kind)
    metadata = inputs.setdefault("metadata", {})
    if isinstance(metadata, dict) and not metadata.get("name") and not resource.is_patch:
        metadata["name"] = _old_name(olds) or f"{logical_name.lower()}-{_eight_digits(seed, logical_name)}"
        annotations = metadata.setdefault("annotations", {})
        if isinstance(annotations, dict):
            annotations[AUTONAMED] = "true"
    return protect(inputs, inputs)


def failures(inputs: Object, resource: ResourceType) -> Iterator[tuple[str, str]]:
    """Yield (property, why) for inputs that can't become an object; unknown values are not judged."""
    plain = reveal(inputs)
    for key, expected in (("apiVersion", resource.api_version), ("kind", resource.kind)):
        if isinstance(plain.get(key), str) and plain[key] != expected:
            yield key, f"is {plain[key]}, but {resource.token} stands for {expected}"
    metadata = plain["metadata"]
    if not isinstance(metadata, dict):
        return
    if "generateName" in metadata:
        yield "metadata.generateName", "has no meaning in server-side apply; leave it out to get a generated name"
    name = metadata.get("name")
    if name is None or name == "":
        yield "metadata.name", f"is missing; {resource.token} needs the name of the object that it patches"
    elif isinstance(name, str) and (name in (".", "..") or set(name) & set("/%")):
        yield "metadata.name", f"is {name}, which can't be the name of an object"


def without_nulls(value: Any) -> Any:
    """Return the value without keys that are null, which stand for absent ones."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def is_autonamed(inputs: Object) -> bool:
    """Return whether the name was made up here."""
    metadata = reveal(inputs).get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    return isinstance(annotations, dict) and annotations.get(AUTONAMED) == "true"


def _old_name(olds: Object) -> str | None:
    metadata = reveal(olds).get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else None


def _eight_digits(seed: bytes, logical_name: str) -> str:
    return hashlib.sha256(seed + logical_name.encode()).hexdigest()[:8] if seed else secrets.token_hex(4)
