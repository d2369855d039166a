"""The REST calls that the provider makes, on the official client's transport."""

import json
import threading
from dataclasses import dataclass
from typing import Any, Final

import urllib3
from kubernetes.client import ApiClient
from kubernetes.client.exceptions import ApiException

from local.providers.properties import Object

from .errors import ApiError, UnknownKindError, UnreachableError

FIELD_MANAGER: Final = "secure-clusters"
"""Name under which the API server records which fields are ours."""

_TIMEOUT_SECONDS: Final = (5.0, 60.0)  # to connect, to read
_APPLY: Final = "application/apply-patch+yaml"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind as the API server serves it."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool


@dataclass(frozen=True, kw_only=True)
class Reference:
    """One object in the cluster; `namespace` is None for a cluster-scoped kind."""

    kind: Kind
    namespace: str | None
    name: str

    @property
    def id(self) -> str:
        """`namespace/name`, or `name` for a cluster-scoped object."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    @property
    def label(self) -> str:
        """The object as messages call it: `NetworkPolicy payments-api/default-deny`."""
        return f"{self.kind.kind} {self.id}"

    @property
    def path(self) -> str:
        """Path of the object on the API server."""
        version = self.kind.api_version
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        scope = f"/namespaces/{self.namespace}" if self.namespace else ""
        return f"{root}{scope}/{self.kind.plural}/{self.name}"


class Cluster:
    """An API server; safe to use from many threads."""

    def __init__(self, client: ApiClient) -> None:
        self._client = client
        self._kinds: dict[tuple[str, str], Kind] = {}
        self._discovery = threading.Lock()

    @property
    def server(self) -> str:
        """URL of the API server."""
        return str(self._client.configuration.host)

    def reference(self, api_version: str, kind: str, namespace: str | None, name: str) -> Reference:
        """Return the reference of an object. Raises UnknownKindError when the server has no such kind."""
        found = self._kind(api_version, kind)
        return Reference(kind=found, namespace=(namespace or "default") if found.namespaced else None, name=name)

    def _kind(self, api_version: str, kind: str) -> Kind:
        key = (api_version, kind)
        if key not in self._kinds:
            with self._discovery:
                # What isn't there is not remembered: a CustomResourceDefinition may bring it any moment.
                if key not in self._kinds:
                    self._discover(api_version)
        if key not in self._kinds:
            raise UnknownKindError(api_version, kind)
        return self._kinds[key]

    def _discover(self, api_version: str) -> None:
        root = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        try:
            resources = self._request("GET", root)["resources"]
        except ApiError as error:
            if error.status != 404:
                raise
            return
        for resource in resources:
            if "/" not in resource["name"]:  # not a subresource
                self._kinds[api_version, resource["kind"]] = Kind(
                    api_version=api_version,
                    kind=resource["kind"],
                    plural=resource["name"],
                    namespaced=resource["namespaced"],
                )

    def get(self, ref: Reference) -> Object | None:
        """Return the live object, or None when it isn't there."""
        try:
            return self._request("GET", ref.path)
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    def apply(self, ref: Reference, obj: Object, *, force: bool, dry_run: bool = False) -> Object:
        """Create or update the object by server-side apply; return it as the server then has it.

        `force` takes fields over that another manager has set to another value. An unknown field is an error.
        Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/
        """
        query = {"fieldManager": FIELD_MANAGER, "fieldValidation": "Strict", "force": str(force).lower()}
        if dry_run:
            query["dryRun"] = "All"
        return self._request("PATCH", ref.path, query=query, body=obj, content_type=_APPLY)

    def delete(self, ref: Reference) -> bool:
        """Ask for the deletion; return whether the object is gone, as opposed to going.

        Raises ApiError with status 404 when it isn't there.
        """
        options = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background"}
        return self._request("DELETE", ref.path, body=options).get("kind") == "Status"

    def _request(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        body: Object | None = None,
        content_type: str = "application/json",
    ) -> Object:
        headers = {"Accept": "application/json", "Content-Type": content_type}
        request = self._client.param_serialize(
            method,
            path,
            query_params=list((query or {}).items()),
            header_params=headers,
            body=body,
            auth_settings=["BearerToken"],
        )
        try:
            response = self._client.call_api(*request, _request_timeout=_TIMEOUT_SECONDS)
            content = response.read()
        except (urllib3.exceptions.HTTPError, ApiException) as error:
            raise UnreachableError(f"can't reach the API server at {self.server}: {_reason(error)}") from error
        decoded = _json(content)
        if response.status >= 400 or not isinstance(decoded, dict):
            raise ApiError.from_body(response.status, decoded)
        return decoded


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _reason(error: Exception) -> str:
    cause = error.reason if isinstance(error, (urllib3.exceptions.MaxRetryError, ApiException)) else error
    return " ".join(str(cause).split()).rpartition(": ")[2] or type(cause).__name__
