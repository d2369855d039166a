"""The operations of one configured provider: properties in and out, with previews and adoption decided here."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from local.providers.host import Log
from local.providers.properties import Object, has_unknown, reveal

from .client import Cluster, Reference
from .errors import ApiError, UnreachableError, WaitError
from .lifecycle import Lifecycle, Request
from .protection import protect
from .settings import Settings
from .tokens import ResourceType

_MAY_PASS: Final = ("AlreadyExists", "Conflict", "Forbidden", "NotFound")
_NOT_YET_KNOWN: Final = ("creationTimestamp", "generation", "resourceVersion", "uid")


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource of the program: its URN and what its type stands for."""

    urn: str
    type: ResourceType


@dataclass(frozen=True, kw_only=True)
class State:
    """An object in the cluster as the engine writes it down. `id` is empty for one that is gone."""

    id: str
    outputs: Object
    inputs: Object


_GONE: Final = State(id="", outputs={}, inputs={})


class UnfinishedError(WaitError):
    """A wait that failed, with the state in which the object was left."""

    def __init__(self, error: WaitError, state: State) -> None:
        super().__init__(str(error), error.live)
        self.state = state


class Operations:
    """Safe to use from many threads. `connect_to` is called once, by the first operation that needs it."""

    def __init__(
        self,
        settings: Settings | None,
        log: Log,
        cancelled: threading.Event,
        connect_to: Callable[[Settings], Cluster],
    ) -> None:
        """Take the settings, None where the kubeconfig isn't known before the update."""
        self._settings = settings
        self._log = log
        self._cancelled = cancelled
        self._connect_to = connect_to
        self._lifecycle: Lifecycle | None = None
        self._connecting = threading.Lock()
        self._unreachable = False
        self._made: dict[str, str] = {}

    def _connected(self) -> Lifecycle:
        with self._connecting:
            if self._lifecycle is None:
                if self._settings is None:
                    raise UnreachableError("the kubeconfig is not known yet")
                self._lifecycle = Lifecycle(self._connect_to(self._settings), self._cancelled)
            return self._lifecycle

    def _request(self, resource: Resource, inputs: Object, seconds: float = 0.0) -> Request:
        return Request(
            obj=reveal(inputs),
            adopt=resource.type.is_patch or (self._settings is not None and self._settings.upsert_existing_objects),
            force=self._settings is not None and self._settings.force_conflicts,
            seconds=seconds,
            status=lambda text: self._log.status(resource.urn, text),
        )

    def create(self, resource: Resource, inputs: Object, seconds: float) -> State:
        """Create the object. Raises UnfinishedError when it exists but isn't usable."""
        lifecycle, request = self._connected(), self._request(resource, inputs, seconds)
        try:
            ref, live = lifecycle.create(request)
        except WaitError as error:
            ref = lifecycle.reference(error.live)
            raise UnfinishedError(error, _state(ref, error.live, inputs)) from error
        self._made[ref.path] = resource.urn
        return _state(ref, live, inputs)

    def update(self, resource: Resource, inputs: Object, seconds: float) -> State:
        """Update the object. Raises UnfinishedError when it isn't usable afterwards."""
        lifecycle, request = self._connected(), self._request(resource, inputs, seconds)
        try:
            ref, live = lifecycle.update(request)
        except WaitError as error:
            ref = lifecycle.reference(error.live)
            raise UnfinishedError(error, _state(ref, error.live, inputs)) from error
        return _state(ref, live, inputs)

    def preview_create(self, resource: Resource, inputs: Object) -> Object:
        """Return the outputs that a creation would have, as far as they can be known."""
        outputs = self._previewed(resource, inputs, lambda c: c.preview_create(self._request(resource, inputs)))
        metadata = outputs.get("metadata")
        if not isinstance(metadata, dict):
            return outputs
        unborn = {key: value for key, value in metadata.items() if key not in _NOT_YET_KNOWN}
        return {key: value for key, value in outputs.items() if key != "status"} | {"metadata": unborn}

    def preview_update(self, resource: Resource, inputs: Object) -> Object:
        """Return the outputs that an update would have, as far as they can be known."""
        return self._previewed(resource, inputs, lambda c: c.preview_update(self._request(resource, inputs)))

    def _previewed(self, resource: Resource, inputs: Object, ask: Callable[[Lifecycle], Object]) -> Object:
        """Return what the API server answers, or the inputs where it can't be asked yet."""
        if has_unknown(inputs) or self._settings is None or self._unreachable:
            return inputs
        try:
            return _outputs(ask(self._connected()), inputs)
        except UnreachableError as error:
            self._unreachable = True
            self._log.warning("", f"{error}; the preview shows what the program says, unchecked by the server")
        except ApiError as error:
            # The namespace, the kind, a role that is referred to or the permission may come with the same
            # update, and what is in the way may go with it. A refusal that stays is told by the update.
            if error.reason not in _MAY_PASS:
                raise
            if error.reason != "NotFound":
                self._log.warning(resource.urn, f"the API server would refuse this now: {error}")
        return inputs

    def delete(self, resource: Resource, outputs: Object, seconds: float) -> None:
        """Delete the object, or give up the fields of a patch; what is gone already is fine.

        What this run has created or taken over stays, whatever it was called before: the official
        provider would delete it here.
        """
        lifecycle, obj = self._connected(), reveal(outputs)
        try:
            ref = lifecycle.reference(obj)
            if ref.path in self._made:
                self._log.warning(resource.urn, _taken_over(ref, self._made[ref.path]))
            elif resource.type.is_patch:
                lifecycle.relinquish(obj)
            else:
                lifecycle.delete(self._request(resource, obj, seconds))
        except WaitError as error:
            live = error.live or obj
            raise UnfinishedError(error, _state(lifecycle.reference(live), live, outputs)) from error
        except ApiError as error:
            if error.status != 404:
                raise

    def read(self, resource: Resource, object_id: str, inputs: Object, outputs: Object) -> State:
        """Return the live state: inputs with drift in them; without `inputs`, those of an import."""
        namespace, _, name = object_id.rpartition("/")
        try:
            lifecycle = self._connected()
            ref = lifecycle.referenced(resource.type.api_version, resource.type.kind, namespace or None, name)
            found = lifecycle.read(ref, reveal(inputs), reveal(outputs))
        except ApiError as error:
            if error.status != 404:
                raise
            return _GONE
        if found is None:
            return _GONE
        live, live_inputs = found
        return State(id=ref.id, outputs=_outputs(live, inputs), inputs=protect(live_inputs, inputs))


def _state(ref: Reference, live: Object, inputs: Object) -> State:
    return State(id=ref.id, outputs=_outputs(live, inputs), inputs=inputs)


def _outputs(live: Object, inputs: Object) -> Object:
    """Return the live object as outputs: without managed fields, and as secret as the inputs are."""
    metadata = {key: value for key, value in live.get("metadata", {}).items() if key != "managedFields"}
    return protect({**live, "metadata": metadata}, inputs)


def _taken_over(ref: Reference, urn: str) -> str:
    return (
        f"{ref.label} stays, as {urn.rpartition('::')[2]} has taken it over in this update; "
        "give a renamed resource an alias (the official provider would delete the object here)"
    )
