"""What the clouds publish of their services: the service models of AWS, the discovery documents of Google Cloud."""

import functools
import importlib.util
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a service takes as one value, or as each item of a list."""

    kind: type | None
    """`bool`, `int` or `str`; None for what is not judged."""
    enum: Sequence[str] = ()
    pattern: str | None = None
    least: int = 0
    """Of a text the fewest characters."""
    most: int | None = None


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """A cloud that publishes what its services take."""

    name: str
    """As it is called in a message."""
    limits: Callable[[str, str, str], Limits]
    """Returns what a service takes, by service, shape and member."""


def _of_aws(service: str, shape: str, member: str) -> Limits:
    wanted = _aws_model(service).shape_for(shape).members[member]
    while wanted.type_name == "list":
        wanted = wanted.member
    kinds: dict[str, type] = {"boolean": bool, "string": str, "integer": int, "long": int}
    limits = wanted.metadata
    return Limits(
        kind=kinds.get(wanted.type_name),
        enum=getattr(wanted, "enum", ()),
        pattern=limits.get("pattern"),
        least=limits.get("min", 0),
        most=limits.get("max"),
    )


@functools.cache
def _aws_model(service: str) -> Any:
    import botocore.loaders
    import botocore.model

    document = botocore.loaders.Loader().load_service_model(service, "service-2")
    return botocore.model.ServiceModel(document, service)


def _of_google(service: str, schema: str, name: str) -> Limits:
    wanted = _google_document(service)["schemas"][schema]["properties"][name]
    while wanted.get("type") == "array":
        wanted = wanted["items"]
    kinds: dict[str, type] = {"boolean": bool, "string": str, "integer": int}
    return Limits(
        kind=kinds.get(wanted.get("type", "")),
        # The first value of many enumerations says that none was chosen: no service takes it for one.
        enum=[each for each in wanted.get("enum", ()) if not each.endswith("_UNSPECIFIED")],
        pattern=wanted.get("pattern"),
        least=int(wanted.get("minimum", 0)),
        most=int(wanted["maximum"]) if "maximum" in wanted else None,
    )


@functools.cache
def _google_document(service: str) -> Any:
    """Read the document of a service such as `container.v1`; its package is found, and not imported."""
    found = importlib.util.find_spec("googleapiclient")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("google-api-python-client is missing; it is part of the dev extra")
    file = Path(found.origin).parent / "discovery_cache" / "documents" / f"{service}.json"
    return json.loads(file.read_text(encoding="utf-8"))


CLOUDS = {
    "aws": Cloud(name="AWS", limits=_of_aws),
    "gcp": Cloud(name="Google Cloud", limits=_of_google),
}
"""The clouds by the package of their provider."""
