"""Read the objects of a running cluster that the catalogue judges: lists in pages, and nothing else.

It never writes, and it never reads a Secret: an audit that may would be the best target in the cluster.
"""

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from components.errors import UserError
from components.settings import PROJECT
from policies.model import Control, Resource
from policies.values import Props, UnknownRead

STACK = "audit"
"""What stands for the stack in URNs and waivers."""

PAGE = 500
"""Objects a request."""

SECRET = "kubernetes:core/v1:Secret"  # noqa: S105 - a kind
ALSO_READ = ("kubernetes:networking.istio.io/v1alpha3:EnvoyFilter", "kubernetes:policy/v1:PodDisruptionBudget")
"""Kinds that no control judges, but that controls on the whole cluster look at."""
OF_MANIFESTS = ("api-version-current", "platform-chart-rendered")
"""Controls on what a manifest or a program says: a cluster hands an object out in every version, whatever was written,
and what a chart has brought as objects of their own."""

_OLDER = re.compile(r"/v1(alpha|beta)[0-9]+:")
_RESTARTS = 3
"""Times that a list starts again when it took so long that its snapshot is gone (410)."""

Get = Callable[[str, Mapping[str, str]], tuple[int, dict[str, Any]]]
"""Asks the API server for a path with a query; returns HTTP status and document, raises `UserError`."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """The objects of a cluster, as far as they could be read."""

    resources: tuple[Resource, ...]
    unread: Mapping[str, str]
    """Type tokens of kinds whose list failed, with the reason."""
    not_served: tuple[str, ...]
    """Type tokens of kinds that the cluster does not know."""


@dataclass(frozen=True)
class _FailedError(Exception):
    reason: str


class _Unread(Props):
    """Properties of an object that may exist; reading one says so."""

    def __init__(self, type_: str) -> None:
        super().__init__({})
        self._type = type_

    def __getitem__(self, key: str) -> Any:
        raise UnknownRead((f"every {self._type.rsplit(':', 1)[-1]}",))


def judged_types(controls: Sequence[Control]) -> tuple[str, ...]:
    """Return the type tokens of the kinds that an audit reads."""
    judged = {type_ for control in controls if control.id not in OF_MANIFESTS for type_ in control.types}
    inside = {type_ for type_ in judged if type_.startswith("kubernetes:")} - {SECRET} | {*ALSO_READ}
    return tuple(sorted(type_ for type_ in inside if stable(type_) == type_ or stable(type_) not in inside))


def stable(type_: str) -> str:
    """Return the kind in its stable version: a cluster hands every object out in each of them."""
    return _OLDER.sub("/v1:", type_)


def read(get: Get, types: Sequence[str]) -> Snapshot:
    """Return the objects of these types.

    A kind whose list is refused is no error: it is named in the snapshot. Raises `UserError` where the
    cluster does not answer or knows no such user.
    """
    served = functools.cache(functools.partial(_served, get))
    resources: list[Resource] = []
    unread: dict[str, str] = {}
    not_served: list[str] = []
    for type_ in types:
        try:
            path = served(_root(type_)).get(type_.rsplit(":", 1)[-1])
            if path is None:
                not_served.append(type_)
            else:
                resources += [_resource(type_, item) for item in _listed(get, path)]
        except _FailedError as failed:
            unread[type_] = failed.reason
    return Snapshot(resources=tuple(resources), unread=unread, not_served=tuple(not_served))


def unread_resource(type_: str) -> Resource:
    """Return what stands for all objects of a kind that could not be read: whoever looks at it learns nothing."""
    return Resource(urn=_urn(type_, "(not read)"), type=type_, name="(not read)", props=_Unread(type_))


def group_kind(type_: str) -> str:
    """Return `apps/v1 Deployment` for a type token."""
    _, group_version, kind = type_.split(":")
    return f"{group_version.removeprefix('core/')} {kind}"


def _root(type_: str) -> str:
    group_version = type_.split(":")[1]
    return (
        f"/api/{group_version.removeprefix('core/')}" if group_version.startswith("core/") else f"/apis/{group_version}"
    )


def _served(get: Get, root: str) -> Mapping[str, str]:
    """Return the path of each kind that a group version serves; there are none where it is not served itself."""
    status, document = get(root, {})
    if status == HTTPStatus.NOT_FOUND:
        return {}
    if status != HTTPStatus.OK:
        raise _failure(status, f"read {root}")
    return {each["kind"]: f"{root}/{each['name']}" for each in document["resources"] if "/" not in each["name"]}


def _listed(get: Get, path: str) -> list[dict[str, Any]]:
    for _ in range(_RESTARTS):
        try:
            return [item for page in _pages(get, path) for item in page]
        except _ExpiredError:
            continue
    raise _FailedError(f"its list ended before it was read, {_RESTARTS} times; try again when less is changing")


class _ExpiredError(Exception):
    """The list's snapshot is gone; its pages so far belong to no list any more."""


def _pages(get: Get, path: str) -> Iterator[list[dict[str, Any]]]:
    token = ""
    while True:
        status, document = get(path, {"limit": str(PAGE), **({"continue": token} if token else {})})
        if status == HTTPStatus.GONE and token:
            raise _ExpiredError
        if status != HTTPStatus.OK:
            raise _failure(status, f"list {path}")
        yield document.get("items") or []
        token = document.get("metadata", {}).get("continue")
        if not token:
            return


def _failure(status: int, what: str) -> Exception:
    if status == HTTPStatus.UNAUTHORIZED:
        return UserError(
            f"the cluster refused to {what}: 401 Unauthorized\n"
            "The credentials of the kubeconfig are wrong or expired; get new ones."
        )
    if status == HTTPStatus.FORBIDDEN:
        return _FailedError(f"403 Forbidden to {what}; bind the audit's ClusterRole")
    return _FailedError(f"{status} to {what}")


def _resource(type_: str, item: dict[str, Any]) -> Resource:
    """Return an object; the items of a list don't say their own kind."""
    _, group_version, kind = type_.split(":")
    metadata = {key: value for key, value in item["metadata"].items() if key != "managedFields"}
    name = f"{metadata['namespace']}/{metadata['name']}" if "namespace" in metadata else metadata["name"]
    whole = {**item, "apiVersion": group_version.removeprefix("core/"), "kind": kind, "metadata": metadata}
    return Resource(urn=_urn(type_, name), type=type_, name=name, props=Props(whole))


def _urn(type_: str, name: str) -> str:
    return f"urn:pulumi:{STACK}::{PROJECT}::{type_}::{name}"
