"""From the provider's kubeconfig to a client of the API server."""

import ssl
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import urllib3
import yaml
from kubernetes.client import ApiClient, Configuration
from kubernetes.config import (
    ConfigException,
    load_incluster_config,
    load_kube_config,
    load_kube_config_from_dict,
)

from .errors import KubeconfigError

PARALLELISM: Final = 64
"""Requests at a time; the engine runs 4 operations a core unless told otherwise."""

# Every request is safe to repeat (GET, server-side apply, DELETE), so a busy or restarting server is
# asked again; the Python client has no rate limit of its own to lift.
_RETRIES: Final = urllib3.Retry(
    total=5, connect=2, read=2, status_forcelist=(429,), allowed_methods=None, backoff_factor=0.2, raise_on_status=False
)


def connect(kubeconfig: str | None, context: str | None) -> ApiClient:
    """Return a client for a kubeconfig: its text, its path, or None inside a cluster.

    Nothing is sent yet. Raises KubeconfigError when the kubeconfig is missing or can't be used. Keys
    that a kubeconfig holds as data are on disk only while this function runs.
    """
    configuration = Configuration(connection_pool_maxsize=PARALLELISM, retries=_RETRIES)  # pyright: ignore[reportArgumentType] - it takes a Retry
    with TemporaryDirectory(prefix="kubernetes-standin-") as folder:
        try:
            _load(kubeconfig, context, configuration, folder)
            client = ApiClient(configuration)
            if configuration.host.startswith("https"):
                _share_tls(client, configuration)
        except (ConfigException, OSError, ValueError, AttributeError, TypeError) as error:
            raise KubeconfigError(f"the kubeconfig can't be used: {_reason(error)}") from error
    return client


def _load(kubeconfig: str | None, context: str | None, configuration: Configuration, folder: str) -> None:
    if not kubeconfig:
        _load_in_cluster(configuration)
    elif "\n" in kubeconfig or kubeconfig.lstrip().startswith("{"):
        load_kube_config_from_dict(
            _parsed(kubeconfig),
            context=context,
            client_configuration=configuration,
            persist_config=False,
            temp_file_path=folder,
        )
    else:
        path = Path(kubeconfig).expanduser()
        if not path.is_file():
            raise KubeconfigError(f"the kubeconfig file {path} does not exist")
        _parsed(path.read_text(encoding="utf-8"))
        load_kube_config(
            config_file=str(path),
            context=context,
            client_configuration=configuration,
            persist_config=False,
            temp_file_path=folder,
        )


def _load_in_cluster(configuration: Configuration) -> None:
    try:
        load_incluster_config(client_configuration=configuration)
    except ConfigException as error:
        raise KubeconfigError(
            "no kubeconfig: give the provider one (kubeconfig=...), or set KUBECONFIG; ~/.kube/config is not used"
        ) from error


def _parsed(text: str) -> dict[str, object]:
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise KubeconfigError(f"the kubeconfig is not valid YAML{where}") from error
    if not isinstance(content, dict):
        raise KubeconfigError("the kubeconfig is not a mapping with clusters, users and contexts")
    return content


def _reason(error: Exception) -> str:
    """Return why in one line; only the client library's own errors are known not to quote keys or tokens."""
    if isinstance(error, ssl.SSLError):
        return "its certificate authority, client certificate or client key is not valid"
    return " ".join(str(error).split()) if isinstance(error, ConfigException) else type(error).__name__


def _share_tls(client: ApiClient, configuration: Configuration) -> None:
    """Give all connections one TLS context, so that it is built once and needs no key file afterwards."""
    context = ssl.create_default_context(cafile=configuration.ssl_ca_cert)
    if not configuration.verify_ssl:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if configuration.cert_file:
        context.load_cert_chain(configuration.cert_file, configuration.key_file)
    client.rest_client.pool_manager.connection_pool_kw.update(
        ssl_context=context, ca_certs=None, cert_file=None, key_file=None
    )
