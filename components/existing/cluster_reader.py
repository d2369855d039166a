"""Read what a cluster is and enforces, with a handful of cheap requests and no write.

The one create is a server-side dry run. It needs the rights to list nodes and DaemonSets and to create
namespaces, which whoever sets up tenants has. Importing this module needs the `operate` extra.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from kubernetes import client
from urllib3.exceptions import HTTPError

from ..errors import UserError
from .connection import connect, http_status, unreachable
from .facts import AnonymousAccess, ClusterFacts
from .network_policy_engines import DaemonSet, recognise

PAGE = 200
"""DaemonSets a request."""

TIMEOUT_SECONDS = 10

_ENFORCE = "pod-security.kubernetes.io/enforce"

_CONNECTION_SETTINGS = (
    "host",
    "ssl_ca_cert",
    "ca_cert_data",
    "verify_ssl",
    "tls_server_name",
    "assert_hostname",
    "proxy",
    "no_proxy",
    "proxy_headers",
    "retries",
)
"""What a request without credentials shares with the others: how to reach and verify the server."""


def read(kubeconfig: str, context: str | None) -> ClusterFacts:
    """Return the facts; `preflight.read_facts` tells what it takes and raises."""
    api = connect(kubeconfig, context)
    version = _asked(api, "read /version", client.VersionApi(api).get_code)
    return ClusterFacts(
        server_version=str(version.git_version),
        minor=_number(str(version.minor)),
        network_policy_engines=recognise(_daemon_sets(api)),
        has_nodes=_has_nodes(api),
        pod_security_admission=_pod_security_admission(api),
        validating_admission_policy=_validating_admission_policy(api),
        anonymous_access=_anonymous_access(api),
    )


def _asked(api: Any, what: str, request: Callable[..., Any], **parameters: Any) -> Any:
    """Return the answer; raises UserError where there is none."""
    try:
        return request(_request_timeout=TIMEOUT_SECONDS, **parameters)
    except client.ApiException as error:
        raise (_refused(what, error) if http_status(error) else unreachable(api, error)) from None
    except (HTTPError, OSError) as error:
        raise unreachable(api, error) from None


def _refused(what: str, error: Any) -> UserError:
    advice = {
        401: "The credentials of the kubeconfig are wrong or expired; get new ones.",
        403: "Grant its user the right: the preflight lists nodes and DaemonSets and dry-runs a namespace.",
    }.get(error.status, "Check the API server; the preflight can't tell what the cluster is without it.")
    return UserError(f"the cluster refused to {what}: {error.status} {error.reason}\n{advice}")


def _number(minor: str) -> int:
    """Return the number in a minor version such as `37` or `37+`."""
    match = re.match(r"[0-9]+", minor)
    if match is None:
        raise UserError(f"the cluster names its minor version {minor!r}; is it a Kubernetes API server?")
    return int(match.group())


def _daemon_sets(api: Any) -> Iterator[DaemonSet]:
    request = client.AppsV1Api(api).list_daemon_set_for_all_namespaces
    token: str | None = None
    while True:
        page = _asked(api, "list DaemonSets", request, limit=PAGE, **({"_continue": token} if token else {}))
        yield from (_daemon_set(item) for item in page.items)
        token = page.metadata._continue
        if not token:
            return


def _daemon_set(item: Any) -> DaemonSet:
    containers = item.spec.template.spec.containers
    return DaemonSet(
        name=item.metadata.name,
        images=tuple(container.image or "" for container in containers),
        arguments=tuple(argument for one in containers for argument in (*(one.command or ()), *(one.args or ()))),
        ready=item.status.number_ready or 0,
    )


def _has_nodes(api: Any) -> bool:
    return bool(_asked(api, "list nodes", client.CoreV1Api(api).list_node, limit=1).items)


def _validating_admission_policy(api: Any) -> bool:
    request: Any = client.AdmissionregistrationV1Api(api).get_api_resources

    def resources(**options: Any) -> list[Any]:
        try:
            return request(**options).resources
        except client.ApiException as error:
            if http_status(error) == 404:
                return []
            raise

    found = _asked(api, "read /apis/admissionregistration.k8s.io/v1", resources)
    return any(resource.name == "validatingadmissionpolicies" for resource in found)


def _pod_security_admission(api: Any) -> bool:
    """Whether Pod Security refuses a namespace with a level that doesn't exist; a dry run either way."""
    body = {"metadata": {"generateName": "secure-clusters-preflight-", "labels": {_ENFORCE: "not-a-level"}}}
    request: Any = client.CoreV1Api(api).create_namespace

    def is_refused(**options: Any) -> bool:
        try:
            request(body, dry_run="All", **options)
        except client.ApiException as error:
            if _names_the_label(error):
                return True
            raise
        return False

    return _asked(api, "dry-run a namespace", is_refused)


def _names_the_label(error: Any) -> bool:
    """Whether the refusal is Pod Security's and not that of a webhook or a policy."""
    try:
        causes = json.loads(error.body)["details"]["causes"]
        return any(_ENFORCE in cause["field"] for cause in causes)
    except (ValueError, KeyError, TypeError):
        return False


def _anonymous_access(api: Any) -> AnonymousAccess:
    """Ask without credentials, over a connection verified in the same way."""
    settings: Any = client.Configuration()
    for setting in _CONNECTION_SETTINGS:
        setattr(settings, setting, getattr(api.configuration, setting))
    stranger: Any = client.ApiClient(settings)
    namespaces = _answer(stranger, client.CoreV1Api(stranger).list_namespace, limit=1)
    if namespaces == 200:
        return AnonymousAccess.ON
    version = _answer(stranger, client.VersionApi(stranger).get_code)
    return AnonymousAccess.OFF if (namespaces, version) == (401, 401) else AnonymousAccess.LIMITED


def _answer(api: Any, request: Callable[..., Any], **parameters: Any) -> int:
    """Return 200, 401 or 403; raises UserError for any other answer, which tells nothing."""

    def status(**options: Any) -> int:
        try:
            request(**parameters, **options)
        except client.ApiException as error:
            if http_status(error) in (401, 403):
                return http_status(error)
            raise
        return 200

    return _asked(api, "answer a request without credentials", status)
