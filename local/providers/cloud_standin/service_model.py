"""Values against the service models of the clouds: enumerations, patterns, lengths, ranges."""

import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from local.providers.properties import UNKNOWN, reveal

from .published import CLOUDS, Limits
from .schema import Problem

_FILE = Path(__file__).parent / "service_models.yaml"


@functools.cache
def _mapped() -> dict[str, dict[str, str]]:
    return yaml.safe_load(_FILE.read_text(encoding="utf-8"))


def problems(token: str, inputs: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what a service of the cloud would refuse of the properties that `service_models.yaml` maps.

    A type that is not in the file is not judged; the models are part of the `dev` extra.
    """
    for path, target in _mapped().get(token, {}).items():
        cloud = CLOUDS[token.partition(":")[0]]
        limits = cloud.limits(*target.rsplit(".", 2))
        for where, value in _at(reveal(dict(inputs)), path.split("."), ""):
            yield from ((where, why) for why in _violations(cloud.name, limits, value))


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


def _violations(cloud: str, limits: Limits, value: Any) -> Iterator[str]:
    if limits.kind is bool:
        if value not in (True, False, "true", "false"):
            yield "it must be true or false"
    elif limits.kind is str:
        text = str(value)
        if limits.enum and text not in limits.enum:
            yield f"{cloud} takes one of {', '.join(limits.enum)}"
        if limits.pattern and not re.search(f"^(?:{limits.pattern})$", text):
            yield f"{cloud} asks for the form {limits.pattern}"
        if not limits.least <= len(text) <= (limits.most or len(text)):
            yield f"{cloud} takes {limits.least} to {limits.most or 'any number of'} characters"
    elif limits.kind is int and not limits.least <= value <= (limits.most or value):
        yield f"{cloud} takes {limits.least} to {limits.most}"
