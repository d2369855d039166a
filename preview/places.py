"""Where a person changes what a verdict is about: the key of the stack file, else the line that made the resource.

Only what the names tell is claimed. A setting is named by the control's fix, or by a property of one of our own
components; where neither stands in the file, the place is the nearest declaration around it: the cluster, the
tenant, the namespace.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from components import yaml_file
from components.errors import UserError
from components.naming import PROJECT, namespace_name
from components.yaml_file import KeyPath
from policies import waivers
from policies.model import Resource, Verdict, Waiver

from . import ROOT
from .objects import as_list, as_mapping

_COMPONENT = "secureclusters:"
_SETTING = re.compile(r"\b[a-z]\w*(?:\.[a-z]\w*)+")
_WORD = re.compile(r"[A-Za-z]\w+")
_CLUSTERS = ("aws", "azure", "existing", "gcp")
_ANCHORS = {
    **{f"{_COMPONENT}{cloud}:Cluster": "cluster" for cloud in _CLUSTERS},
    f"{_COMPONENT}admission:Policies": "admission",
    f"{_COMPONENT}platform:Platform": "platform",
}
"""The setting at the top that declares a component."""


@dataclass(frozen=True, order=True, kw_only=True)
class Place:
    """A line of a file of the project."""

    file: str
    """Path inside the project."""
    line: int
    """From 1."""


def in_repository(file: str, root: Path = ROOT) -> str:
    """Return a path inside the project as one inside the repository that holds it, which CI systems show files by."""
    top = next((each for each in (root, *root.parents) if (each / ".git").exists()), root)
    return (root.relative_to(top) / file).as_posix()


class Places:
    """Finds places; reads each file once."""

    def __init__(self, resources: Sequence[Resource], root: Path = ROOT) -> None:
        """Take all resources of an environment: a place is looked for above a resource as well."""
        self._root = root
        self._by_urn = {resource.urn: resource for resource in resources}
        self._files: dict[str, _File] = {}

    def of(self, verdict: Verdict) -> tuple[Place, ...]:
        """Return where to look, best first; empty where nothing is known."""
        found = (self._setting(verdict), self._call(verdict.resource))
        return tuple(place for place in found if place is not None)

    def stack(self, name: str) -> Place:
        """Return the head of a stack's file."""
        return Place(file=f"stacks/Pulumi.{name}.yaml", line=1)

    def waiver(self, waiver: Waiver) -> Place:
        """Return the entry of a waiver."""
        return self.waiver_problem(f"the waiver of {waiver.control} for {waiver.resource} ")

    def waiver_problem(self, problem: str) -> Place:
        """Return the entry that a problem with the waivers names, else the head of their file."""
        return self._entry("waivers", "waivers", _waiver_heads, problem)

    def baseline_problem(self, problem: str) -> Place:
        """Return the entry that a problem with the baselines names, else the head of their file."""
        return self._entry(
            "baseline", "baselines", lambda entry: [f"the baseline of {entry.get('stack', '')} "], problem
        )

    def _entry(self, name: str, key: str, heads: Callable[[Mapping[str, Any]], Iterable[str]], problem: str) -> Place:
        """Return the entry one of whose heads the problem has."""
        file = self._file(f"stacks/{name}.yaml")
        for index, entry in enumerate(as_list(file.content.get(key))):
            if any(head in problem for head in heads(as_mapping(entry))):
                return Place(file=file.name, line=file.lines.get((key, index), 1))
        return Place(file=file.name, line=1)

    def _call(self, resource: Resource) -> Place | None:
        if resource.made_at is None:
            return None
        file, _, line = resource.made_at.rpartition(":")
        return Place(file=file, line=int(line))

    def _setting(self, verdict: Verdict) -> Place | None:
        file = self._file(self.stack(verdict.resource.stack).file)
        anchor = next(self._anchors(verdict.resource, file), None)
        if anchor is None:
            return None
        best = max(_candidates(verdict, anchor, file), key=len, default=anchor)
        return Place(file=file.name, line=file.lines[best])

    def _anchors(self, resource: Resource, file: "_File") -> Iterator[KeyPath]:
        """Yield the declarations around a resource, the innermost first."""
        above: Resource | None = resource
        while above is not None:
            path = file.declaration(above)
            if path in file.lines:
                yield path
            above = self._by_urn.get(above.parent or "")

    def _file(self, name: str) -> "_File":
        if name not in self._files:
            self._files[name] = _File(name=name, path=self._root / name)
        return self._files[name]


def _waiver_heads(entry: Mapping[str, Any]) -> Iterator[str]:
    return (f"the waiver of {control} for {resource} " for control, resource in waivers.named(entry))


@dataclass(frozen=True, kw_only=True)
class _File:
    """A YAML file of the project and where each of its keys stands."""

    name: str
    path: Path

    @cached_property
    def lines(self) -> Mapping[KeyPath, int]:
        """Line of each key; keys of the configuration as they are without the project's prefix."""
        prefix = f"{PROJECT}:"
        return {
            tuple(part.removeprefix(prefix) if isinstance(part, str) else part for part in path): line
            for path, line in yaml_file.lines(self.path).items()
        }

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """Content at the top; empty where the file can't be read, which others have told."""
        try:
            return as_mapping(yaml_file.read(self.path, self.name))
        except UserError:
            return {}

    @cached_property
    def declared(self) -> Mapping[str, KeyPath]:
        """Path of each tenant and each namespace by its component's type and name."""
        config = as_mapping(self.content.get("config"))
        found: dict[str, KeyPath] = {}
        for index, each in enumerate(as_list(config.get(f"{PROJECT}:tenants", config.get("tenants")))):
            tenant, path = as_mapping(each), ("config", "tenants", index)
            name = str(tenant.get("name"))
            found[f"{_COMPONENT}tenancy:Tenant::{name}"] = path
            for number, namespace in enumerate(as_list(tenant.get("namespaces"))):
                full_name = namespace_name(name, str(as_mapping(namespace).get("name")))
                found[f"{_COMPONENT}tenancy:TenantNamespace::{full_name}"] = (*path, "namespaces", number)
        return found

    def declaration(self, resource: Resource) -> KeyPath:
        """Return where a component is declared; a path that is in no file where it is not."""
        if setting := _ANCHORS.get(resource.type):
            return ("config", setting)
        return self.declared.get(resource.key, ())


def _candidates(verdict: Verdict, anchor: KeyPath, file: _File) -> Iterator[KeyPath]:
    """Yield the keys that the verdict names and the file has, as deep as each is there."""
    if verdict.resource.type.startswith(_COMPONENT):
        for word in _WORD.findall(" ".join(verdict.messages)):
            if (*anchor, word) in file.lines:
                yield (*anchor, word)
    for setting in _SETTING.findall(verdict.control.fix):
        path: KeyPath = ("config", *setting.split("."))
        while len(path) > len(anchor) and path not in file.lines:
            path = path[:-1]
        if path[: len(anchor)] == anchor:
            yield path
