"""Values against the service models of AWS: enumerations, patterns, lengths, ranges."""

import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from local.providers.properties import UNKNOWN, reveal

from .schema import Problem

_FILE = Path(__file__).parent / "service_models.yaml"


@functools.cache
def _mapped() -> dict[str, dict[str, str]]:
    return yaml.safe_load(_FILE.read_text(encoding="utf-8"))


@functools.cache
def _shapes(service: str) -> Any:
    import botocore.loaders
    import botocore.model

    document = botocore.loaders.Loader().load_service_model(service, "service-2")
    return botocore.model.ServiceModel(document, service)


def problems(token: str, inputs: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what a service of AWS would refuse of the properties that `service_models.yaml` maps.

    A type that is not in the file is not judged; botocore is part of the `dev` extra.
    """
    for path, target in _mapped().get(token, {}).items():
        service, shape, member = target.split(".")
        wanted = _shapes(service).shape_for(shape).members[member]
        for where, value in _at(reveal(dict(inputs)), path.split("."), ""):
            yield from ((where, why) for why in _violations(wanted, value))


def _at(value: Any, path: list[str], where: str) -> Iterator[tuple[str, Any]]:
    if value is None or value is UNKNOWN:
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _at(item, path, f"{where}[{index}]")
    elif not path:
        yield where, value
    elif isinstance(value, dict):
        yield from _at(value.get(path[0]), path[1:], f"{where}.{path[0]}".removeprefix("."))


def _violations(shape: Any, value: Any) -> Iterator[str]:
    while shape.type_name == "list":
        shape = shape.member
    if shape.type_name == "boolean" and value not in (True, False, "true", "false"):
        yield "it must be true or false"
    limits = shape.metadata
    if shape.type_name == "string":
        text = str(value)
        if shape.enum and text not in shape.enum:
            yield f"AWS takes one of {', '.join(shape.enum)}"
        if "pattern" in limits and not re.search(f"^(?:{limits['pattern']})$", text):
            yield f"AWS asks for the form {limits['pattern']}"
        if not limits.get("min", 0) <= len(text) <= limits.get("max", len(text)):
            yield f"AWS takes {limits.get('min', 0)} to {limits.get('max', 'any number of')} characters"
    elif shape.type_name in ("integer", "long") and not limits.get("min", value) <= value <= limits.get("max", value):
        yield f"AWS takes {limits.get('min')} to {limits.get('max')}"
