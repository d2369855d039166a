"""Read the fixtures of controls: cases with an expected outcome, as YAML with two tags of our own.

`!unknown` is a value that is not known before the update; `!days N` is the day N days from `TODAY`.
`refersTo: {property: [name]}` says which of the other resources a property is made of, `parent: name` below which
of them a resource lies.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from policies.cel import POD_TYPES
from policies.model import Outcome, Resource
from policies.parameters import Parameters
from policies.values import UNKNOWN, Props

TODAY = datetime.date(2026, 11, 24)
"""The day on which the fixtures are judged: what they say of versions and ends of support was so then."""
FOLDER = Path(__file__).parent / "controls"
PARAMETERS = Parameters.of(
    {
        **{name: ["internal"] for name in ("allowedGatewayClasses", "allowedIngressClasses", "allowedStorageClasses")},
        "edgeHosts": ["shop/shop.example.com", "shop/www.example.com", "bank/bank.example.com"],
    }
)
"""What the environment of the fixtures allows; for the other parameters the defaults hold."""


class _Loader(yaml.SafeLoader):
    pass


def _day(_: yaml.SafeLoader, node: yaml.Node) -> str:
    return (TODAY + datetime.timedelta(days=int(node.value))).isoformat()


_Loader.add_constructor("!unknown", lambda loader, node: UNKNOWN)
_Loader.add_constructor("!days", _day)


@dataclass(frozen=True)
class Case:
    control: str
    name: str
    expect: Outcome
    resources: tuple[Resource, ...]
    """The first one is judged."""


def cases() -> Iterator[Case]:
    for file in sorted(FOLDER.glob("*.yaml")):
        for case in yaml.load(file.read_text(encoding="utf-8"), _Loader):  # noqa: S506 - a SafeLoader with two tags
            expect = Outcome(case["expect"])
            if "podSpec" in case:
                for kind in POD_TYPES:
                    resource = pod_resource(kind, case["podSpec"], case.get("podMeta"))
                    yield Case(file.stem, f"{case['name']} ({kind.rsplit(':', 1)[-1]})", expect, (resource,))
            else:
                yield Case(file.stem, case["name"], expect, _resources(case["objects"]))


def resource(type_: str, name: str, props: dict[str, Any], stack: str = "test") -> Resource:
    urn = f"urn:pulumi:{stack}::secure-clusters::{type_}::{name}"
    return Resource(urn=urn, type=type_, name=name, props=Props(props))


def pod_resource(type_: str, spec: dict[str, Any], meta: dict[str, Any] | None = None) -> Resource:
    """Wrap a pod's spec, and its labels and annotations, in the kind's way."""
    kind = type_.rsplit(":", 1)[-1]
    pod = {"spec": spec, **({"metadata": meta} if meta is not None else {})}
    metadata = {"name": kind.lower()}
    if kind == "Pod":
        return resource(type_, "pod", {"kind": kind, **pod, "metadata": {**metadata, **(meta or {})}})
    wrapped: dict[str, Any] = {"template": pod}
    if kind == "CronJob":
        wrapped = {"jobTemplate": {"spec": wrapped}}
    return resource(type_, kind.lower(), {"kind": kind, "metadata": metadata, "spec": wrapped})


def _resources(contents: list[dict[str, Any]]) -> tuple[Resource, ...]:
    refers = [content.pop("refersTo", {}) for content in contents]
    parents = [content.pop("parent", None) for content in contents]
    built = [_resource(content) for content in contents]
    urns = {each.name: each.urn for each in built}
    return tuple(
        replace(
            each,
            references={key: tuple(urns[name] for name in names) for key, names in referred.items()},
            parent=urns.get(parent),
        )
        for each, referred, parent in zip(built, refers, parents, strict=True)
    )


def _resource(content: dict[str, Any]) -> Resource:
    if "component" in content:
        return resource(content["component"], content["name"], content["props"])
    props = {key: value for key, value in content.items() if key != "typeToken"}
    if "typeToken" in content:  # where the object itself does not say which version it has
        return resource(content["typeToken"], content["metadata"]["name"], props)
    api_version = content["apiVersion"]
    group = api_version if "/" in api_version else f"core/{api_version}"
    return resource(f"kubernetes:{group}:{content['kind']}", content["metadata"]["name"], props)
