"""Asks the parts of the control plane whether they are well, over mutual TLS on 127.0.0.1."""

import http.client
import ssl

from .control_plane_flags import API_SERVER, CONTROLLER_MANAGER, ETCD, Layout
from .ports import LOOPBACK

_TIMEOUT = 5.0
# The controller manager makes this object in every namespace, so it shows that the controllers work.
_MADE_BY_CONTROLLERS = "/api/v1/namespaces/default/serviceaccounts/default"


def etcd_healthy(layout: Layout) -> bool:
    """Whether etcd answers and has a leader."""
    return _status(layout, ETCD, authority="etcd-ca", client="etcd-client", path="/health") == http.client.OK


def api_server_ready(layout: Layout) -> bool:
    """Whether the API server's own checks all pass."""
    return _status(layout, API_SERVER, authority="ca", client="admin", path="/readyz") == http.client.OK


def controllers_work(layout: Layout) -> bool:
    """Whether the controller manager is well and has done its first work."""
    health = _status(layout, CONTROLLER_MANAGER, authority="ca", client="admin", path="/healthz")
    return (
        health == http.client.OK
        and _status(layout, API_SERVER, authority="ca", client="admin", path=_MADE_BY_CONTROLLERS) == http.client.OK
    )


def _status(layout: Layout, service: str, *, authority: str, client: str, path: str) -> int | None:
    """Return the HTTP status of a GET; None where nothing answers."""
    keys = layout.keys
    context = ssl.create_default_context(cafile=str(keys.certificate(authority)))
    context.load_cert_chain(keys.certificate(client), keys.key(client))
    connection = http.client.HTTPSConnection(LOOPBACK, layout.ports[service], timeout=_TIMEOUT, context=context)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
