"""Istio in ambient mode as the platform runs it: the values of its four charts, and what the charts have no value for.

Left out: the injection of sidecars, gateways and waypoints that istiod would deploy, other clusters, the readers that
those need, and the repair of pods with sidecars. Istio's root certificate is made in the cluster by istiod.
"""

from enum import StrEnum
from typing import Any

from . import versions
from .rendering import Release

BASE, CONTROL_PLANE, NODE_AGENT, PROXY = "istio-base", "istiod", "istio-cni", "ztunnel"
CHARTS = (BASE, CONTROL_PLANE, NODE_AGENT, PROXY)
CONFIGURATION_PORT, WEBHOOK_PORT = 15012, 15017
CONTROL_PLANE_PODS = {"app": "istiod"}
PROXY_PODS = {"app": "ztunnel"}
NODE_AGENT_PODS = {"k8s-app": "istio-cni-node"}
_INJECTOR = "MutatingWebhookConfiguration"
_WEBHOOKS_WATCHED_ALONE = "mutatingwebhookconfigurations"


class Nodes(StrEnum):
    """Whose nodes differ in where they keep network plugins; everywhere else it is Kubernetes' own place."""

    GKE = "gke"
    K3S = "k3s"
    MICROK8S = "microk8s"
    OPENSHIFT = "openshift"


def releases(
    namespace: str, nodes_namespace: str, *, kubernetes: str, trust_domain: str, memory: str, nodes: Nodes | None
) -> tuple[Release, ...]:
    """Return what is rendered, in the order in which it is created."""
    shared = {
        "profile": "ambient",
        "istioNamespace": namespace,
        "global": {
            "istioNamespace": namespace,
            "enableReaderRBAC": False,
            **({"platform": nodes.value} if nodes else {}),
        },
    }
    control_plane = _control_plane(nodes_namespace, trust_domain, memory)
    placed = (
        (BASE, namespace, {"base": {"validationFailurePolicy": "Fail"}}),
        (CONTROL_PLANE, namespace, control_plane),
        (NODE_AGENT, nodes_namespace, _node_agent()),
        (PROXY, nodes_namespace, _proxy()),
    )
    return tuple(
        Release(name=chart, namespace=where, values={**shared, **values}, kubernetes=kubernetes)
        for chart, where, values in placed
    )


def _control_plane(nodes_namespace: str, trust_domain: str, memory: str) -> dict[str, Any]:
    return {
        "image": _image(CONTROL_PLANE, "pilot"),
        "autoscaleEnabled": False,
        "replicaCount": 2,
        "pdb": {"minAvailable": 1, "unhealthyPodEvictionPolicy": "AlwaysAllow"},
        "resources": _amounts("500m", memory, "256Mi"),
        "env": {"PILOT_ENABLE_GATEWAY_API_DEPLOYMENT_CONTROLLER": "false"},
        "base": {"validationFailurePolicy": "Fail"},
        "meshConfig": {"trustDomain": trust_domain, "outboundTrafficPolicy": {"mode": "REGISTRY_ONLY"}},
        "trustedZtunnelNamespace": nodes_namespace,
        "telemetry": {"enabled": False},
    }


def _node_agent() -> dict[str, Any]:
    return {
        "image": _image(NODE_AGENT, "install-cni"),
        "repair": {"enabled": False},
        "resources": _amounts("100m", "128Mi", "64Mi"),
        "seccompProfile": {"type": "RuntimeDefault"},
        "useAppArmorAnnotation": False,
    }


def _proxy() -> dict[str, Any]:
    return {"image": _image(PROXY, "ztunnel"), "resources": _amounts("200m", "512Mi", "64Mi")}


def _amounts(cpu: str, memory: str, disk: str) -> dict[str, Any]:
    amounts = {"cpu": cpu, "memory": memory, "ephemeral-storage": disk}
    return {"requests": amounts, "limits": amounts}


def _image(chart: str, name: str) -> str:
    """Return the whole reference of an image, as these charts take it in one value; by digest where it is known."""
    pin = versions.charts()[chart].images[name]
    return f"{pin.repository}:{pin.tag}" + (f"@{pin.digest}" if pin.digest else "")


def adjusted(manifest: dict[str, Any]) -> dict[str, Any] | None:
    """Return an object of a chart with less than the chart gives it; None where it is left out."""
    match manifest["kind"]:
        case kind if kind == _INJECTOR:
            return None
        case "ClusterRole":
            return {**manifest, "rules": [_watching(rule) for rule in manifest["rules"]]}
        case "Deployment" if manifest["metadata"]["name"] == CONTROL_PLANE:
            return _alive_when_ready(manifest)
        case _:
            return manifest


def _watching(rule: dict[str, Any]) -> dict[str, Any]:
    """Return the rule on injectors without the right to change them: there is none."""
    if rule.get("resources") != [_WEBHOOKS_WATCHED_ALONE]:
        return rule
    return {**rule, "verbs": ["get", "list", "watch"]}


def _alive_when_ready(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return istiod with a probe of life, which the chart lacks: its port answers."""
    spec = manifest["spec"]
    template = spec["template"]
    life = {"tcpSocket": {"port": CONFIGURATION_PORT}, "initialDelaySeconds": 30, "periodSeconds": 10}
    containers = [{**each, "livenessProbe": life} for each in template["spec"]["containers"]]
    return {
        **manifest,
        "spec": {**spec, "template": {**template, "spec": {**template["spec"], "containers": containers}}},
    }
