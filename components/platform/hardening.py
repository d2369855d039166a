"""What every pod of a chart is given where the chart leaves it out, so that no service has to say it again.

A chart's own value wins, but for tokens: charts mount one for every container for good, and here it lives an hour.
It deliberately leaves out what only a service knows: probes, capabilities, volumes on the host.
"""

from collections.abc import Mapping
from typing import Any

_USER = 65532
"""The unprivileged user of distroless images."""
_TOKEN_MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 - a path
_TOKEN_VOLUME = "kube-api-access"  # noqa: S105 - a volume's name
_TOKEN_SECONDS = 3600
_SPREAD_KINDS = ("Deployment", "StatefulSet")
_POD_KINDS = ("DaemonSet", "Deployment", "Job", "StatefulSet")


def hardened(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the object with safe values where the chart has none; what makes no pods and is no account stays."""
    if manifest["kind"] == "ServiceAccount":
        return {**manifest, "automountServiceAccountToken": False}
    if manifest["kind"] == "CronJob":
        spec = manifest["spec"]
        return {**manifest, "spec": {**spec, "jobTemplate": _with_hardened_pod(spec["jobTemplate"], spread=False)}}
    if manifest["kind"] in _POD_KINDS:
        return _with_hardened_pod(manifest, spread=manifest["kind"] in _SPREAD_KINDS)
    return dict(manifest)


def without_token(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return a hardened object that makes pods, whose pods ask the API server for nothing, without their token."""
    pod = manifest["spec"]["template"]["spec"]
    volumes = [each for each in pod["volumes"] if each["name"] != _TOKEN_VOLUME]
    containers = [
        {**each, "volumeMounts": [mount for mount in each["volumeMounts"] if mount["name"] != _TOKEN_VOLUME]}
        for each in pod["containers"]
    ]
    return with_pod(manifest, {**pod, "volumes": volumes, "containers": containers})


def with_pod(manifest: Mapping[str, Any], pod: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object that makes pods, with this as what they are made of."""
    spec = manifest["spec"]
    return {**manifest, "spec": {**spec, "template": {**spec["template"], "spec": dict(pod)}}}


def _with_hardened_pod(manifest: Mapping[str, Any], *, spread: bool) -> dict[str, Any]:
    spec = manifest["spec"]
    pod = _pod(spec["template"]["spec"])
    if spread and not pod.get("topologySpreadConstraints") and not pod.get("affinity"):
        pod["topologySpreadConstraints"] = [_spread(spec["selector"])]
    return with_pod(manifest, pod)


def _pod(spec: Mapping[str, Any]) -> dict[str, Any]:
    takes_token = spec.get("automountServiceAccountToken") is not False
    context = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    if not any(each.get("securityContext", {}).get("runAsUser") for each in _containers(spec)):
        context |= {"runAsUser": _USER, "runAsGroup": _USER, "fsGroup": _USER}
    pod: dict[str, Any] = {
        "enableServiceLinks": False,
        **spec,
        "automountServiceAccountToken": False,
        "securityContext": {**context, **(spec.get("securityContext") or {})},
        "volumes": [*(spec.get("volumes") or []), *([_token()] if takes_token else [])],
    }
    for key in ("initContainers", "containers"):
        if spec.get(key):
            pod[key] = [_container(each, takes_token=takes_token) for each in spec[key]]
    return pod


def _containers(spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*(spec.get("initContainers") or []), *spec["containers"]]


def _container(container: Mapping[str, Any], *, takes_token: bool) -> dict[str, Any]:
    context = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    mount = {"name": _TOKEN_VOLUME, "mountPath": _TOKEN_MOUNT, "readOnly": True}
    return {
        **container,
        "imagePullPolicy": "Always",
        "securityContext": {**context, **(container.get("securityContext") or {})},
        "volumeMounts": [*(container.get("volumeMounts") or []), *([mount] if takes_token else [])],
    }


def _spread(selector: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": selector,
    }


def _token() -> dict[str, Any]:
    """Return the token that a pod of the account would be given, but one that ends."""
    certificate = {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}
    namespace = {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}
    return {
        "name": _TOKEN_VOLUME,
        "projected": {
            "defaultMode": 0o440,
            "sources": [
                {"serviceAccountToken": {"path": "token", "expirationSeconds": _TOKEN_SECONDS}},
                {"configMap": certificate},
                {"downwardAPI": {"items": [namespace]}},
            ],
        },
    }
