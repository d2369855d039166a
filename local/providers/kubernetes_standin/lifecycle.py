"""Create, update, delete and read of one object; plain values in and out, no protocol of the engine."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from local.providers.properties import Object

from .client import FIELD_MANAGER, Cluster, Reference
from .differ import importable, projected, with_drift
from .errors import ApiError
from .waiting import Waiter

_RETRY_SECONDS: Final = (0.1, 0.2, 0.4, 0.8, 1.6)
_FORCE: Final = "pulumi.com/patchForce"


@dataclass(frozen=True, kw_only=True)
class Request:
    """One operation: the object as declared (no secrets, no unknowns in it), and what to do about others.

    `adopt`: an object that is there already is taken over. `force`: so are fields that others have set.
    `seconds`: how long to wait, 0 for the default. `status` shows what is being waited for.
    """

    obj: Object
    adopt: bool = False
    force: bool = False
    seconds: float = 0.0
    status: Callable[[str], None] = field(default=lambda _: None)


class Lifecycle:
    """The operations on objects of one cluster; safe to use from many threads."""

    def __init__(self, cluster: Cluster, cancelled: threading.Event) -> None:
        self._cluster = cluster
        self._cancelled = cancelled
        self._waiter = Waiter(cluster, cancelled)

    def reference(self, obj: Object) -> Reference:
        """Return the reference of a declared or live object."""
        metadata = obj["metadata"]
        return self.referenced(obj["apiVersion"], obj["kind"], metadata.get("namespace"), metadata["name"])

    def referenced(self, api_version: str, kind: str, namespace: str | None, name: str) -> Reference:
        """Return the reference of an object by its parts. Raises UnknownKindError."""
        return self._cluster.reference(api_version, kind, namespace, name)

    def create(self, request: Request) -> tuple[Reference, Object]:
        """Create the object and wait until it is usable.

        An object that is there already is an AlreadyExists error, unless it is to be adopted: one that
        two stacks claim would be deleted with the first of them. Between the look and the apply somebody
        may create the object; then values that differ are a conflict. Raises ApiError, UnreachableError,
        WaitError.
        """
        ref, live = self._persistently(lambda: self._created(request, dry_run=False))
        return ref, self._waiter.until_ready(ref, live, request.seconds, request.status)

    def preview_create(self, request: Request) -> Object:
        """Return the object as the API server would create it, without creating it."""
        try:
            _, live = self._created(request, dry_run=True)
        except ApiError as error:
            if not error.immutable:
                raise
            # The object is there and is to be replaced. The server can't judge the new one under its
            # name before the old one is gone, so it is asked under another.
            metadata = request.obj["metadata"]
            other = {**request.obj, "metadata": {**metadata, "name": f"{metadata['name'][:50]}-preview"}}
            live = self._cluster.apply(self.reference(other), other, force=True, dry_run=True)
            live["metadata"]["name"] = metadata["name"]
        return live

    def _created(self, request: Request, *, dry_run: bool) -> tuple[Reference, Object]:
        ref = self.reference(request.obj)
        if not request.adopt:
            existing = self._cluster.get(ref)
            # At preview ours may be the old one of a replacement, still to be deleted.
            if existing is not None and not (dry_run and _is_ours(existing)):
                raise ApiError(409, "AlreadyExists", _ALREADY_EXISTS)
        force = request.force or _asks_for_force(request.obj)
        try:
            return ref, self._cluster.apply(ref, request.obj, force=force, dry_run=dry_run)
        except ApiError as error:
            if error.reason != "Conflict" or not _managers(error):
                raise
            existing = self._cluster.get(ref)
            if existing is None or not _is_ours(existing):
                raise _explained(error) from error
            return ref, self._cluster.apply(ref, request.obj, force=True, dry_run=dry_run)

    def _persistently(self, create: Callable[[], tuple[Reference, Object]]) -> tuple[Reference, Object]:
        """Try again where the namespace or the kind is about to appear, or a controller was faster."""
        for seconds in _RETRY_SECONDS:
            try:
                return create()
            except ApiError as error:
                raced = error.reason == "AlreadyExists" and str(error) != _ALREADY_EXISTS
                if not (raced or error.status == 404) or self._cancelled.wait(seconds):
                    raise
        return create()

    def update(self, request: Request) -> tuple[Reference, Object]:
        """Bring the object to what is declared, taking back what others have changed; wait until usable."""
        ref = self.reference(request.obj)
        live = self._cluster.apply(ref, request.obj, force=True)
        return ref, self._waiter.until_ready(ref, live, request.seconds, request.status)

    def preview_update(self, request: Request) -> Object:
        """Return the object as the API server would update it."""
        return self._cluster.apply(self.reference(request.obj), request.obj, force=True, dry_run=True)

    def delete(self, request: Request) -> None:
        """Delete the object and wait until it is gone; what is gone already is fine."""
        ref = self.reference(request.obj)
        try:
            if self._cluster.delete(ref):
                return
        except ApiError as error:
            if error.status != 404:
                raise
            return
        live = self._cluster.get(ref)
        if live is not None and "deletionTimestamp" in live["metadata"]:
            self._waiter.until_gone(ref, live["metadata"]["uid"], request.seconds, request.status)

    def relinquish(self, obj: Object) -> None:
        """Give up the fields that a patch manages: what nobody else manages too is removed."""
        ref = self.reference(obj)
        live = self._cluster.get(ref)
        if live is None:
            return
        # With the uid an object that was deleted meanwhile is a conflict; without, it would be created.
        identity = {key: live["metadata"][key] for key in ("name", "namespace", "uid") if key in live["metadata"]}
        empty = {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "metadata": identity}
        try:
            self._cluster.apply(ref, empty, force=False)
        except ApiError as error:
            if self._cluster.get(ref) is not None:
                raise _explained(error) from error

    def read(self, ref: Reference, declared: Object, known: Object) -> tuple[Object, Object] | None:
        """Return the live object and the declared inputs with drift in them; None when it is gone.

        `known` is the object as last seen: if it hasn't been touched since, nothing has drifted.
        Without `declared` (an import) the inputs are all of the object that isn't the server's own.
        """
        live = self._cluster.get(ref)
        if live is None:
            return None
        if not declared:
            return live, importable(live)
        version = known.get("metadata", {}).get("resourceVersion")
        if version is not None and version == live["metadata"].get("resourceVersion"):
            return live, declared
        try:
            applied = self._cluster.apply(ref, declared, force=True, dry_run=True)
        except ApiError:
            # Not applicable as it is, for one because an immutable field was changed by a new object.
            return live, projected(declared, live)
        return live, with_drift(declared, applied, live)


_ALREADY_EXISTS: Final = (
    "it is in the cluster already; import it (pulumi import), give a renamed resource an alias, "
    "or set upsertExistingObjects on the provider"
)


def _is_ours(live: Object) -> bool:
    entries = live["metadata"].get("managedFields", ())
    return any(e.get("manager") == FIELD_MANAGER and e.get("operation") == "Apply" for e in entries)


def _asks_for_force(obj: Object) -> bool:
    annotations: Any = obj["metadata"].get("annotations")
    return isinstance(annotations, dict) and annotations.get(_FORCE) in (True, "true")


def _managers(error: ApiError) -> list[str]:
    found = (re.search(r'conflict with "([^"]+)"', cause.message) for cause in error.causes)
    return sorted({match.group(1) for match in found if match})


def _explained(error: ApiError) -> ApiError:
    """Return a conflict that says who holds which field, and what to do."""
    if not (managers := _managers(error)):
        return error
    fields = ", ".join(cause.field.removeprefix(".") for cause in error.causes)
    return ApiError(
        error.status,
        error.reason,
        f"{fields} is set to another value by {', '.join(managers)}; drop it here or there, "
        f"or take it over with the annotation {_FORCE}: 'true'",
        error.causes,
    )
