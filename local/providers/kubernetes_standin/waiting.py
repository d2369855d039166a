"""Waiting for the few things that are worth waiting for."""

import threading
import time
from collections.abc import Callable
from typing import Final

from local.providers.properties import Object

from .client import Cluster, Reference
from .errors import WaitError

QUOTA_SECONDS: Final = 60.0
"""The quota controller answers in milliseconds, or it doesn't run."""
DELETE_SECONDS: Final = 600.0
_FIRST_INTERVAL_SECONDS: Final = 0.05
_LONGEST_INTERVAL_SECONDS: Final = 1.0


class Waiter:
    """Polls the API server until something holds, the time is over, or the user cancels."""

    def __init__(self, cluster: Cluster, cancelled: threading.Event) -> None:
        self._cluster = cluster
        self._cancelled = cancelled

    def until_ready(self, ref: Reference, live: Object, seconds: float, status: Callable[[str], None]) -> Object:
        """Return the object once it is usable: an active Namespace, a ResourceQuota with a status.

        Objects of other kinds are at once. `seconds` 0 stands for the default. Raises WaitError with
        the last seen object.
        """
        ready = _READY.get((ref.kind.api_version, ref.kind.kind))
        if ready is None or ready(live):
            return live
        status(f"waiting for {ref.label}")
        last = live

        def arrived() -> bool:
            nonlocal last
            last = self._cluster.get(ref) or last
            return ready(last)

        if self._poll(arrived, seconds or QUOTA_SECONDS):
            status("")
            return last
        raise WaitError(f"{self._why()} for its controller; is kube-controller-manager running?", last)

    def until_gone(self, ref: Reference, uid: str, seconds: float, status: Callable[[str], None]) -> None:
        """Return once the object with the uid is gone. Raises WaitError with the last seen object."""
        last: Object = {}

        def gone() -> bool:
            nonlocal last
            live = self._cluster.get(ref)
            if live is None or live.get("metadata", {}).get("uid") != uid:
                return True
            last = live
            status(f"waiting for {ref.label} to go{_what_remains(live)}")
            return False

        if not self._poll(gone, seconds or DELETE_SECONDS):
            raise WaitError(f"{self._why()} for the deletion{_what_remains(last)}", last)
        status("")

    def _poll(self, condition: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        interval = _FIRST_INTERVAL_SECONDS
        while not condition():
            if time.monotonic() >= deadline or self._cancelled.wait(interval):
                return False
            interval = min(interval * 1.5, _LONGEST_INTERVAL_SECONDS)
        return True

    def _why(self) -> str:
        return "cancelled while waiting" if self._cancelled.is_set() else "gave up waiting"


def _is_active(namespace: Object) -> bool:
    return namespace.get("status", {}).get("phase") == "Active"


def _has_quota_status(quota: Object) -> bool:
    hard = quota.get("spec", {}).get("hard", {})
    return not hard or quota.get("status", {}).get("hard") == hard


_READY: Final = {("v1", "Namespace"): _is_active, ("v1", "ResourceQuota"): _has_quota_status}


def _what_remains(live: Object) -> str:
    """Return why a deletion takes its time, as the object itself tells."""
    conditions = live.get("status", {}).get("conditions", ())
    messages = [c["message"] for c in conditions if c.get("status") == "True" and c.get("message")]
    finalizers = live.get("metadata", {}).get("finalizers", ())
    if messages:
        return f": {' '.join(messages[-1].split())}"
    return f": finalizers {', '.join(finalizers)}" if finalizers else ""
