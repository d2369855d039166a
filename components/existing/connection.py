"""How an API server is reached, and plain read requests to it. Importing this module needs the `operate` extra.

`get` bypasses the client's model classes: a long list stays the JSON that it is, and the client need not know
its kind.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, cast

import yaml
from kubernetes import client, config
from urllib3.exceptions import HTTPError

from ..errors import UserError

TIMEOUT_SECONDS = 30


def connect(kubeconfig: str, context: str | None) -> Any:
    """Return a client for the cluster that the text of a kubeconfig names; nothing is sent yet.

    Raises `UserError` where the kubeconfig can't be used.
    """
    try:
        content: Any = yaml.safe_load(kubeconfig)
        settings: Any = client.Configuration()
        settings.retries = False
        config.load_kube_config_from_dict(  # pyright: ignore[reportUnknownMemberType]
            content, context=context, client_configuration=settings, persist_config=False
        )
    except (config.ConfigException, yaml.YAMLError, OSError, TypeError, AttributeError) as error:
        reason = str(error).partition("\n")[0]
        raise UserError(f"the kubeconfig can't be used: {reason}\nCheck its contexts with kubectl.") from None
    if not settings.host.startswith("https://"):
        raise UserError("the kubeconfig can't be used: its server is not an https:// address")
    return client.ApiClient(settings)


def unreachable(api: Any, error: Exception) -> UserError:
    """Return what to tell where no answer comes."""
    last_line = str(getattr(error, "reason", error)).rpartition("\n")[2]
    reason = re.sub(r"\[[^]]*\] ", "", last_line).rpartition(": ")[2]  # without [SSL: CODE] and [Errno 1]
    return UserError(f"the cluster at {api.configuration.host} can't be reached: {reason}")


def http_status(error: Any) -> int:
    """Return the HTTP status of a refused request; 0 where there was none, as with a bad certificate."""
    return error.status or 0


def get(api: Any, path: str, query: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """Return the HTTP status and the JSON document of an answer; an answer without one has an empty one.

    Raises `UserError` where no answer comes.
    """
    request = api.param_serialize(
        "GET",
        path,
        query_params=list(query.items()),
        header_params={"Accept": "application/json"},
        auth_settings=["BearerToken"],
    )
    try:
        answer: Any = api.call_api(*request, _request_timeout=TIMEOUT_SECONDS)
        return answer.status, _document(answer.read())
    except client.ApiException as error:
        if refused := http_status(error):
            return refused, {}
        raise unreachable(api, error) from None
    except (HTTPError, OSError) as error:
        raise unreachable(api, error) from None


def _document(body: bytes) -> dict[str, Any]:
    try:
        content: Any = json.loads(body)
    except ValueError:
        return {}
    return cast("dict[str, Any]", content) if isinstance(content, dict) else {}
