"""Judge what runs in a cluster by the catalogue that judges what is about to be deployed."""

import dataclasses
import datetime
import functools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from components.errors import UserError
from policies.catalogue import all_controls
from policies.control_file import NEWEST
from policies.evaluate import Report, evaluate
from policies.model import Control, Resource, Waiver
from policies.parameters import Parameters

from . import audit_scope, cluster_objects
from .cluster_objects import Get, Snapshot
from .exit_code import ExitCode
from .formats import json_report, text
from .result import StackResult

_MINOR = re.compile(r"1\.[0-9]{1,3}")


@dataclass(frozen=True, kw_only=True)
class Audit:
    """What an audit found, what it could not see, and what it left out."""

    result: StackResult
    server: str
    snapshot: Snapshot
    parameters: Parameters
    """Lists of allowed registries and the like that it was judged by."""
    minor: str
    """Kubernetes minor whose behaviour the controls follow."""
    system: int
    """Objects of Kubernetes itself that were left out."""
    owned: int
    """Objects that are judged through the controller that made them."""
    unjudged: tuple[str, ...]
    """Controls that say nothing of a running cluster."""


def connect(kubeconfig: str, context: str | None) -> tuple[str, Get]:
    """Return the address of a cluster and the function that asks it; `kubeconfig` is a kubeconfig's text.

    Raises `UserError` where the kubeconfig can't be used or the Kubernetes client isn't installed.
    """
    try:
        from components.existing import connection  # the client is slow to import, and an extra
    except ModuleNotFoundError:
        raise UserError(
            "the audit needs the Kubernetes client for Python\nInstall it: pip install 'secure-clusters[operate]'"
        ) from None
    api = connection.connect(kubeconfig, context)
    return api.configuration.host, functools.partial(connection.get, api)


def run(
    server: str,
    get: Get,
    parameters: Parameters,
    waivers: Sequence[Waiver],
    today: datetime.date,
    *,
    beside: Sequence[Resource] = (),
    minor: str = NEWEST,
    include_system: bool = False,
    strict: bool = False,
) -> Audit:
    """Read a cluster and judge it, with what is known of it `beside`; raises `UserError` where it can't be reached.

    A kind that can't be listed makes the audit partial: it is denied, and controls that look at the kind
    are UNKNOWN.
    """
    snapshot = cluster_objects.read(get, cluster_objects.judged_types(all_controls()))
    controls = [each for each in all_controls(parameters, minor) if each.id not in cluster_objects.OF_MANIFESTS]
    owned = audit_scope.owned(snapshot.resources)
    snapshot = dataclasses.replace(snapshot, resources=(*snapshot.resources, *beside))
    there = [each for each in snapshot.resources if each.urn not in owned]
    judged = [each for each in there if include_system or not audit_scope.is_system(each)]
    report = _report(there, judged, snapshot, controls, waivers, today)
    denied = bool(snapshot.unread) or report.denied(strict=strict)
    return Audit(
        result=StackResult(
            name=cluster_objects.STACK,
            resources=tuple(judged),
            report=report,
            exit_code=ExitCode.DENIED if denied else ExitCode.ALLOWED,
        ),
        server=server,
        snapshot=snapshot,
        parameters=parameters,
        minor=minor,
        system=len(there) - len(judged),
        owned=len(owned),
        unjudged=_unjudged(snapshot),
    )


def _report(
    there: Sequence[Resource],
    judged: Sequence[Resource],
    snapshot: Snapshot,
    controls: Sequence[Control],
    waivers: Sequence[Waiver],
    today: datetime.date,
) -> Report:
    """Judge some of the objects, with all of them in sight of the controls that look at the whole cluster."""
    unread = [cluster_objects.unread_resource(type_) for type_ in snapshot.unread]
    concerned = [each for each in waivers if each.stack == cluster_objects.STACK or _covers_any(each, judged)]
    whole = evaluate([*there, *unread], concerned, today, controls)
    alone = {each.urn for each in judged}
    together = alone | {each.urn for each in unread}
    return Report(
        verdicts=tuple(
            verdict
            for verdict in whole.verdicts
            if verdict.resource.urn in (alone if verdict.control.stack_check is None else together)
        ),
        waiver_problems=whole.waiver_problems,
    )


def _covers_any(waiver: Waiver, resources: Sequence[Resource]) -> bool:
    """Return whether a waiver for many stacks is about one of these objects; else its use is not our concern."""
    return any(waiver.covers(waiver.control, resource) for resource in resources)


def parameters_of(given: Sequence[str], environment: Mapping[str, Sequence[str]] | None = None) -> Parameters:
    """Return the parameters of options such as `allowedRegistries=registry.example,registry.k8s.io`.

    They stand over the lists of an environment. Raises `UserError` for an option without a name and for a list
    that no control reads.
    """
    named: dict[str, Sequence[str]] = dict(environment or {})
    for option in given:
        name, separator, items = option.partition("=")
        if not separator:
            raise UserError(f"--parameter {option!r}: write NAME=ITEM,ITEM")
        named[name] = [item for item in items.split(",") if item]
    try:
        return Parameters.of(named)
    except ValueError as error:
        raise UserError(f"{'--parameter ' if given else ''}{error}") from None


def minor_of(text: str) -> str:
    """Return a Kubernetes minor that an option names; raises `UserError` for anything else."""
    if not _MINOR.fullmatch(text):
        raise UserError(f"--kubernetes {text!r}: write a minor such as {NEWEST}")
    return text


def _unjudged(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the controls that judge manifests or Pulumi components, or what an audit may not read."""
    seen = {resource.type for resource in snapshot.resources}
    readable = set(cluster_objects.judged_types(all_controls())) | seen
    return tuple(
        each.id
        for each in all_controls()
        if each.id in cluster_objects.OF_MANIFESTS or not readable.intersection(each.types)
    )


def write(audit: Audit, console: Console) -> None:
    """Write the report for a person."""
    text.write([audit.result], console)
    for line in _notes(audit):
        console.print(line, soft_wrap=True, markup=False)
    for type_, reason in audit.snapshot.unread.items():
        console.print(f"not read: {cluster_objects.group_kind(type_)}: {reason}", style="bold red", markup=False)


def _notes(audit: Audit) -> list[str]:
    not_served = ", ".join(cluster_objects.group_kind(type_) for type_ in audit.snapshot.not_served)
    return [
        f"cluster: {audit.server}",
        f"Kubernetes: {audit.minor}",
        f"parameters: {'; '.join(f'{name}={value}' for name, value in audit.parameters.data)}",
        *([f"not judged: {audit.system} objects of Kubernetes itself (--include-system)"] if audit.system else []),
        f"system namespaces: {', '.join(audit_scope.SYSTEM_NAMESPACES)}",
        *([f"judged through their controller: {audit.owned} objects"] if audit.owned else []),
        "never read: Secret",
        *([f"not served by this cluster: {not_served}"] if not_served else []),
        f"controls that say nothing of a running cluster: {_named(audit.unjudged)}",
    ]


def _named(unjudged: Sequence[str]) -> str:
    """Return the ids, and a mere number of those that judge what the clouds' own APIs make."""
    inside = {each.id for each in all_controls() if any(_is_inside(type_) for type_ in each.types)}
    named = [each for each in unjudged if each in inside]
    return f"{', '.join(named)}, and {len(unjudged) - len(named)} on the clouds' own resources"


def _is_inside(type_: str) -> bool:
    return type_.startswith(("kubernetes:", "secureclusters:"))


def render(audit: Audit) -> str:
    """Return the report for a program: that of a preview, with the key `audit`."""
    document: dict[str, Any] = {**json_report.document([audit.result])}
    kinds = cluster_objects.group_kind
    document["audit"] = {
        "server": audit.server,
        "partial": bool(audit.snapshot.unread),
        "notRead": {kinds(type_): reason for type_, reason in audit.snapshot.unread.items()},
        "neverRead": [kinds(cluster_objects.SECRET)],
        "notServed": [kinds(type_) for type_ in audit.snapshot.not_served],
        "kubernetes": audit.minor,
        "parameters": dict(audit.parameters.data),
        "systemNamespaces": list(audit_scope.SYSTEM_NAMESPACES),
        "systemObjectsLeftOut": audit.system,
        "ownedObjectsLeftOut": audit.owned,
        "unjudgedControls": list(audit.unjudged),
    }
    return json.dumps(document, indent=2) + "\n"
