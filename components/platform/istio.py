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
_OUTSIDE = ("istio.io/dataplane-mode", "sidecar.istio.io/inject")
"""Labels and annotations by which the charts take their own pods out of the mesh, whose namespaces aren't in it; both
are refused."""
_OWN_KINDS = (
    *("authorizationpolicies", "peerauthentications", "requestauthentications"),
    *("destinationrules", "envoyfilters", "gateways", "proxyconfigs", "serviceentries", "sidecars"),
    *("virtualservices", "workloadentries", "workloadgroups"),
    *("telemetries", "trafficextensions", "wasmplugins"),
)
_GATEWAY_KINDS = (
    *("backendtlspolicies", "gatewayclasses", "gateways", "grpcroutes", "httproutes", "listenersets"),
    *("referencegrants", "tcproutes", "tlsroutes", "udproutes", "xbackendtrafficpolicies", "xlistenersets"),
)
_READING = ("get", "list", "watch")


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
        "meshConfig": {
            "trustDomain": trust_domain,
            "outboundTrafficPolicy": {"mode": "REGISTRY_ONLY"},
            "ingressControllerMode": "OFF",
        },
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


def proxy_image() -> str:
    """Return the image of gateways, which no chart runs: istiod's own templates name it."""
    return _image(CONTROL_PLANE, "proxyv2")


def adjusted(manifest: dict[str, Any]) -> dict[str, Any] | None:
    """Return an object of a chart with less than the chart gives it; None where it is left out."""
    match manifest["kind"]:
        case "MutatingWebhookConfiguration":
            return None
        case "ClusterRole":
            return {**manifest, "rules": [each for rule in manifest["rules"] if (each := _narrowed(rule))]}
        case "DaemonSet" | "Deployment":
            return _with_template(manifest)
        case _:
            return manifest


def _narrowed(rule: dict[str, Any]) -> dict[str, Any] | None:
    """Return a rule without what is switched off here, and by the names of kinds in the place of a wildcard."""
    match rule["resources"]:
        case ["mutatingwebhookconfigurations"]:
            return {**rule, "verbs": [*_READING]}
        case ["ingresses/status"] | ["gatewayclasses"]:
            return None
        case ["*"] if "security.istio.io" in rule["apiGroups"]:
            return {**rule, "resources": [*_OWN_KINDS]}
        case ["*"] if "gateway.networking.k8s.io" in rule["apiGroups"]:
            return {**rule, "resources": [*_GATEWAY_KINDS]}
        case _:
            return rule


def _with_template(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return what makes pods without the label, and istiod with a probe of life, which the chart lacks."""
    spec = manifest["spec"]
    template = spec["template"]
    metadata, pod = template["metadata"], template["spec"]
    said = {
        part: {key: value for key, value in metadata[part].items() if key not in _OUTSIDE}
        for part in ("labels", "annotations")
        if metadata.get(part)
    }
    if manifest["metadata"]["name"] == CONTROL_PLANE:
        life = {"tcpSocket": {"port": CONFIGURATION_PORT}, "initialDelaySeconds": 30, "periodSeconds": 10}
        pod = {**pod, "containers": [{**each, "livenessProbe": life} for each in pod["containers"]]}
    template = {**template, "metadata": {**metadata, **said}, "spec": pod}
    return {**manifest, "spec": {**spec, "template": template}}
