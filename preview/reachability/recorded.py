"""What the recorded resources say of namespaces, workloads and policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policies.model import Resource
from policies.values import UNKNOWN
from preview.objects import as_list, as_mapping, is_known, name_of, namespace_of, plain

from .model import Endpoint
from .policy import NamedPorts, Policy
from .selectors import NAMESPACE_LABEL

TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "Pod": (),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    **dict.fromkeys(
        ("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"), ("spec", "template")
    ),
}
"""Where the kinds that make pods hold what their pods look like."""

_Pods = tuple[str, tuple[tuple[str, str], ...], NamedPorts, tuple[str, ...], bool]
"""What tells pods apart: namespace, labels, named ports, addresses, and whether they are on the host network."""

_GROUPS = ("core", "apps", "batch")


@dataclass(kw_only=True)
class Recorded:
    """Namespaces with their labels, endpoints by namespace, policies, and what could not be read."""

    namespaces: dict[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    declared: set[str] = field(default_factory=set[str])
    """Namespaces that are resources themselves, not only named by others."""
    endpoints: list[Endpoint] = field(default_factory=list[Endpoint])
    policies: list[Policy] = field(default_factory=list[Policy])
    not_known: list[Resource] = field(default_factory=list[Resource])


def read(resources: Sequence[Resource]) -> Recorded:
    """Return what the resources say; those that depend on unknown values are named and left out."""
    found = Recorded()
    pods: dict[_Pods, list[str]] = {}
    for resource in resources:
        if not resource.type.startswith("kubernetes:"):
            continue
        _, group, kind = resource.type.split(":")
        if kind == "Namespace" and group == "core/v1":
            _read_namespace(resource, found)
        elif kind == "NetworkPolicy" and group == "networking.k8s.io/v1":
            _read_policy(resource, found)
        elif kind in TEMPLATES and group.split("/")[0] in _GROUPS:
            _read_workload(resource, kind, found, pods)
    for (namespace, labels, ports, addresses, host), names in pods.items():
        found.endpoints.append(
            Endpoint(
                namespace=namespace,
                name=", ".join(sorted(names)),
                labels=labels,
                named_ports=ports,
                addresses=addresses,
                host_network=host,
            )
        )
    for name in {each.namespace for each in (*found.endpoints, *found.policies)}:
        found.namespaces.setdefault(name, {NAMESPACE_LABEL: name})
    return found


def _read_namespace(resource: Resource, found: Recorded) -> None:
    labels: Any = plain(resource, "metadata").get("labels")
    name = name_of(resource)
    found.declared.add(name)
    if not is_known(labels):
        found.not_known.append(resource)
        labels = None
    found.namespaces[name] = {**as_mapping(labels), NAMESPACE_LABEL: name}


def _read_policy(resource: Resource, found: Recorded) -> None:
    spec = resource.props.plain.get("spec")
    if not is_known(spec, plain(resource, "metadata").get("namespace")):
        found.not_known.append(resource)
        return
    found.policies.append(Policy.of(name_of(resource), namespace_of(resource), spec or {}))


def _read_workload(resource: Resource, kind: str, found: Recorded, pods: dict[_Pods, list[str]]) -> None:
    template, spec = plain(resource, *TEMPLATES[kind]), plain(resource, *TEMPLATES[kind], "spec")
    labels: Any = as_mapping(template.get("metadata")).get("labels")
    # Of containers only the ports matter.
    if not is_known(labels, spec.get("hostNetwork"), plain(resource, "metadata").get("namespace"), _ports(spec)):
        found.not_known.append(resource)
        return
    key = (
        namespace_of(resource),
        tuple(sorted(as_mapping(labels).items())),
        _named(spec),
        tuple(sorted(_addresses(resource))),
        spec.get("hostNetwork") is True,
    )
    pods.setdefault(key, []).append(f"{kind}/{name_of(resource)}")


def _ports(spec: Mapping[str, Any]) -> list[Any]:
    """Return the entries of `ports` of all containers; what is unknown on the way stands for itself."""
    # An init container with restartPolicy Always runs beside the others, and its ports count as theirs.
    groups = (spec.get("containers"), spec.get("initContainers"))
    containers = [each for group in groups for each in _items(group)]
    return [
        port for each in containers for port in _items(UNKNOWN if each is UNKNOWN else as_mapping(each).get("ports"))
    ]


def _items(value: Any) -> Sequence[Any]:
    return [UNKNOWN] if value is UNKNOWN else as_list(value)


def _named(spec: Mapping[str, Any]) -> NamedPorts:
    named = (as_mapping(each) for each in _ports(spec) if as_mapping(each).get("name"))
    return tuple(sorted((each["name"], each.get("protocol") or "TCP", int(each["containerPort"])) for each in named))


def _addresses(resource: Resource) -> set[str]:
    status = plain(resource, "status")
    several = [as_mapping(each).get("ip") for each in as_list(status.get("podIPs"))]
    return {each for each in (status.get("podIP"), *several) if isinstance(each, str)}


def host_ports(spec: Mapping[str, Any]) -> bool:
    """Return whether a container takes a port of its node."""
    return any(as_mapping(each).get("hostPort") for each in _ports(spec))
