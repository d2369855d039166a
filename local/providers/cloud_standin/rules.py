"""What a cloud answers and refuses, type by type: data in `<package>.yaml`."""

import functools
import hashlib
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from local.providers.properties import UNKNOWN, Object, reveal

OVERRIDES = "SECURE_CLUSTERS_STANDIN_OUTPUTS"
"""Environment variable: JSON `{"type::name": {output: value}}`, so that a test can give a cluster a real API server."""
DRIFT = "SECURE_CLUSTERS_STANDIN_DRIFT"
"""Environment variable: JSON `{"type::name": {property: value}}`: what a refresh finds changed in the cloud."""


class Rule(BaseModel):
    """What is known of one type."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel)

    id: str
    arn: str | None = None
    outputs: dict[str, Any] = {}
    protected_by: dict[str, Any] = {}
    """Property, and the value with which it forbids the deletion."""
    minor: str | None = None
    """Property with a Kubernetes minor: it goes up, by one at a time."""


class Setting(BaseModel):
    """A setting of the provider that says where resources are made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    setting: str
    absent: str
    """What holds where it is not set."""


class Rules(BaseModel):
    """What is known of a cloud."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    config: frozenset[str]
    """Settings of the provider that are understood."""
    place: dict[str, Setting]
    """Where resources are made: field of the templates to the setting that it is taken from."""
    functions: dict[str, dict[str, Any]] = {}
    """What the cloud answers when it is asked; a question that is not here is refused."""
    types: dict[str, Rule]


@functools.cache
def of(package: str) -> Rules:
    """Return the rules of a provider's package: `aws`."""
    file = Path(__file__).parent / f"{package}.yaml"
    return Rules.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))


Place = Mapping[str, str]
"""Where resources are made: account and region, in the cloud's own words."""


def place(of_cloud: Rules, config: Mapping[str, Any]) -> Place:
    """Return where a provider with this configuration makes resources; of a list the first is taken."""
    found: dict[str, str] = {}
    for field, setting in of_cloud.place.items():
        value = config.get(setting.setting) or setting.absent
        found[field] = value[0] if isinstance(value, list) else value
    return found


def _partition(region: str) -> str:
    """Return the partition of AWS that a region lies in."""
    return {"us-gov": "aws-us-gov", "cn": "aws-cn"}.get(region.rsplit("-", 2)[0], "aws")


class Template:
    """Fills templates for one resource; the same resource gets the same values each time."""

    def __init__(self, urn: str, inputs: Object, place: Place) -> None:
        digest = hashlib.sha256(urn.encode()).hexdigest()
        logical = urn.split("::", 3)[-1]
        texts = {key: value for key, value in reveal(inputs).items() if isinstance(value, str)}
        self._values = {
            "name": logical,
            **place,
            **texts,
            "partition": _partition(place.get("region", "")),
            "number": str(int(digest[:17], 16))[:20],
            "hash": digest[:17],
            "HASH": digest[:32].upper(),
            "uuid": str(uuid.UUID(digest[:32])),
        }

    def fill(self, value: Any) -> Any:
        """Return a template with its fields filled in, at every depth."""
        if isinstance(value, str):
            return value.format_map(_Missing(self._values))
        if isinstance(value, Mapping):
            return {key: self.fill(below) for key, below in value.items()}
        return [self.fill(each) for each in value] if isinstance(value, list) else value


class _Missing(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return self["hash"]


def outputs(rule: Rule, urn: str, inputs: Object, computed: frozenset[str], place: Place) -> tuple[str, Object]:
    """Return id and state of a resource that was made; `computed` are the outputs that the cloud gives."""
    template = Template(urn, inputs, place)
    made: Object = {key: None for key in computed if key not in inputs}
    if rule.arn and "arn" in computed:
        made["arn"] = template.fill(rule.arn)
    made |= {key: template.fill(value) for key, value in rule.outputs.items()}
    key = f"{urn.split('::', 3)[2].rpartition('$')[2]}::{urn.split('::', 3)[-1]}"
    return template.fill(rule.id), _merged(_merged(made, inputs), _from_environment(OVERRIDES, key))


def previewed(rule: Rule, inputs: Object, computed: frozenset[str]) -> Object:
    """Return what is known of a resource before it is made: what the cloud gives is not, also inside an input."""
    unknown = {**dict.fromkeys(computed, UNKNOWN), **_unknown(rule.outputs)}
    return _merged(unknown, inputs)


def _unknown(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _unknown(below) for key, below in value.items()}
    return [_unknown(each) for each in value] if isinstance(value, list) else UNKNOWN


def answer(of_cloud: Rules, token: str, place: Place) -> Object | None:
    """Return what the cloud answers to a function; None for a question that only the cloud can answer."""
    if token not in of_cloud.functions:
        return None
    return _merged(Template(token, {}, place).fill(of_cloud.functions[token]), _from_environment(OVERRIDES, token))


def _merged(given: Any, over: Any) -> Any:
    """Return both, the second before the first; objects and items of lists that both have are merged likewise."""
    if isinstance(given, dict) and isinstance(over, dict):
        return {**given, **{key: _merged(given.get(key), value) for key, value in over.items()}}
    if isinstance(given, list) and isinstance(over, list):
        return [_merged(given[index] if index < len(given) else None, item) for index, item in enumerate(over)]
    return over


def drifted(urn: str, state: Object) -> Object:
    """Return the state as a refresh finds it."""
    key = f"{urn.split('::', 3)[2].rpartition('$')[2]}::{urn.split('::', 3)[-1]}"
    return {**state, **_from_environment(DRIFT, key)}


def _from_environment(variable: str, key: str) -> Object:
    return json.loads(os.environ.get(variable, "{}")).get(key, {})


def refusals(rule: Rule, old: Object, new: Object) -> Iterator[str]:
    """Yield why a cloud would refuse an update."""
    if rule.minor is None:
        return
    before, after = reveal(old).get(rule.minor), reveal(new).get(rule.minor)
    if not isinstance(before, str) or not isinstance(after, str) or after is UNKNOWN:
        return
    steps = int(after.split(".")[1]) - int(before.split(".")[1])
    if steps < 0:
        yield f"{rule.minor}: Kubernetes can't go back from {before} to {after}"
    elif steps > 1:
        yield f"{rule.minor}: Kubernetes goes up by one minor at a time, not from {before} to {after}"
