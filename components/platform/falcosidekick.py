"""Falcosidekick as the platform runs it: it hands every event to one sink, and to what answers events."""

from typing import Any

from . import pod_identity, versions
from .hardening import without_token
from .rendering import Release
from .sinks import Sink

CHART = "falcosidekick"
PORT = 2801
PODS = {"app.kubernetes.io/name": CHART}
"""Labels of its pods."""
ACCOUNT = CHART
"""Its service account."""


def release(namespace: str, *, sink: Sink, answerer: str, kubernetes: str) -> Release:
    """Return what is rendered; `answerer` is the address of what answers events."""
    return Release(name=CHART, namespace=namespace, values=_values(sink, answerer), kubernetes=kubernetes)


def _values(sink: Sink, answerer: str) -> dict[str, Any]:
    image = versions.charts()[CHART].images["falcosidekick"]
    registry, _, repository = image.repository.partition("/")
    amounts = {"cpu": "200m", "memory": "128Mi", "ephemeral-storage": "64Mi"}
    return {
        "replicaCount": 2,
        "image": {
            "registry": registry,
            "repository": repository,
            "tag": f"{image.tag}@{image.digest}" if image.digest else image.tag,
        },
        "podSecurityContext": {"runAsUser": 65532, "runAsGroup": 65532, "fsGroup": 65532},
        "resources": {"requests": amounts, "limits": amounts},
        "config": {**sink.values(), "talon": {"address": answerer}},
        "webui": {"enabled": False},
    }


def adjusted(manifest: dict[str, Any], *, has_account: bool) -> dict[str, Any] | None:
    """Return an object of the chart with less than the chart gives it; None where it is left out.

    It asks the API server for nothing, so it has neither role nor token. An account that the platform makes, with a
    role in a cloud, stands for the chart's.
    """
    kind = manifest["kind"]
    if kind in ("Role", "RoleBinding"):
        return None
    kept = without_token(manifest) if kind == "Deployment" else manifest
    return pod_identity.adjusted(kept, has_account=has_account)
