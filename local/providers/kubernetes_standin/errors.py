"""What can go wrong, each told in one line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


class StandinError(Exception):
    """An error that the user reads; its text is one line without secret values."""


class UnsupportedError(StandinError):
    """The program asks for what only the official plugin can do."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the stand-in provider does not support {what}; install the official kubernetes plugin")


class KubeconfigError(StandinError):
    """The provider's kubeconfig is missing or can't be read."""


class UnreachableError(StandinError):
    """The API server can't be reached."""


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One field that the API server complains about."""

    field: str
    reason: str
    message: str


class ApiError(StandinError):
    """A refusal by the API server: HTTP status, its reason (`Forbidden`, `Invalid`, ...) and causes."""

    def __init__(self, status: int, reason: str, message: str, causes: Iterable[Cause] = ()) -> None:
        super().__init__(" ".join(message.split()))
        self.status = status
        self.reason = reason
        self.causes = tuple(causes)

    @classmethod
    def from_body(cls, status: int, body: Any) -> "ApiError":
        """Return the error of a `Status` object; of any other body only the HTTP status is told."""
        if not isinstance(body, Mapping) or body.get("kind") != "Status":
            return cls(status, f"HTTP {status}", "the answer is not from a Kubernetes API server")
        details = body.get("details") or {}
        causes = [
            Cause(field=c.get("field", ""), reason=c.get("reason", ""), message=c.get("message", ""))
            for c in details.get("causes") or ()
        ]
        return cls(status, body.get("reason") or f"HTTP {status}", body.get("message", ""), causes)

    @property
    def namespace_missing(self) -> bool:
        """Whether the object's namespace isn't there (yet)."""
        return self.reason == "NotFound" and str(self).startswith('namespaces "')

    @property
    def immutable(self) -> bool:
        """Whether a field can't be changed on the object that is there."""
        texts = [str(self), *(cause.message for cause in self.causes)]
        return self.reason == "Invalid" and any("immutable" in t or "cannot change roleRef" in t for t in texts)


class UnknownKindError(ApiError):
    """The API server has no such kind (yet); its CustomResourceDefinition may come later."""

    def __init__(self, api_version: str, kind: str) -> None:
        super().__init__(404, "NotFound", f"the API server has no kind {kind} in {api_version}")


class WaitError(StandinError):
    """The object exists, but it did not become what was waited for; `live` is its last seen state."""

    def __init__(self, message: str, live: dict[str, Any]) -> None:
        super().__init__(message)
        self.live = live


def one_line(error: StandinError, label: str, *, quotable: bool, secrets: Iterable[str] = ()) -> str:
    """Return the error of the object `label` (`NetworkPolicy payments-api/default-deny`) as one line.

    Where the object is a Secret (`quotable` false) the server's message, which quotes values, is
    reduced to the fields and reasons. `secrets` are blotted out of what is quoted.
    """
    if isinstance(error, ApiError):
        text = str(error) if quotable else _fields(error)
        text = f"{error.reason.lower() if error.reason.istitle() else error.reason}: {text}".removesuffix(": ")
    else:
        text = str(error)
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "[secret]")
    return f"{label}: {text}"


def _fields(error: ApiError) -> str:
    return ", ".join(f"{cause.field} ({cause.reason})" for cause in error.causes if cause.field)
