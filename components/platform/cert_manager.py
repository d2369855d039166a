"""cert-manager as the platform runs it: the values of its chart, and what the chart has no value for.

Left out: the check after the installation (a Helm hook), metrics (nothing scrapes them by default), ACME, and the
right to sign Kubernetes' own certificate requests, which make users of the cluster.
"""

from typing import Any

from .images import values as image
from .rendering import Release

CHART = "cert-manager"
WEBHOOK_PORT = 10250
_LEFT_OUT = frozenset(
    f"cert-manager-controller-{each}" for each in ("certificatesigningrequests", "challenges", "orders")
)
"""Roles of controllers that are switched off: the CA in the cluster needs no ACME."""
_NOT_INJECTED = frozenset({"apiservices", "customresourcedefinitions"})
"""What the CA injector could change as well, and is configured not to."""


def release(namespace: str, *, memory: str, kubernetes: str) -> Release:
    """Return what is rendered: two replicas of each program, all of cert-manager's state in one namespace."""
    return Release(name=CHART, namespace=namespace, values=_values(namespace, memory), kubernetes=kubernetes)


def _values(namespace: str, memory: str) -> dict[str, Any]:
    amounts = {"cpu": "200m", "memory": memory, "ephemeral-storage": "64Mi"}
    program = {
        "replicaCount": 2,
        "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
        "resources": {"requests": amounts, "limits": amounts},
    }
    return {
        **program,
        "image": image(CHART, "controller"),
        "crds": {"enabled": True, "keep": False},
        # A certificate that is gone leaves no key behind.
        "enableCertificateOwnerRef": True,
        "startupapicheck": {"enabled": False},
        "prometheus": {"enabled": False},
        "extraArgs": ["--controllers=*,-challenges,-orders"],
        "global": {"leaderElection": {"namespace": namespace}},
        "webhook": {
            **program,
            "image": image(CHART, "webhook"),
            "timeoutSeconds": 10,
            "config": {
                "apiVersion": "webhook.config.cert-manager.io/v1alpha1",
                "kind": "WebhookConfiguration",
                "securePort": WEBHOOK_PORT,
                "tlsConfig": {"minTLSVersion": "VersionTLS13"},
            },
        },
        "cainjector": {
            **program,
            "image": image(CHART, "cainjector"),
            "config": {
                "apiVersion": "cainjector.config.cert-manager.io/v1alpha1",
                "kind": "CAInjectorConfiguration",
                "leaderElectionConfig": {"namespace": namespace},
                "enableInjectableConfig": {"customResourceDefinitions": False, "apiServices": False},
            },
        },
        "acmesolver": {"image": image(CHART, "acmesolver")},
    }


def adjusted(manifest: dict[str, Any]) -> dict[str, Any] | None:
    """Return an object of the chart with less than the chart gives it; None where it is left out."""
    name = manifest["metadata"]["name"]
    if name in _LEFT_OUT:
        return None
    match manifest["kind"], name:
        case "ClusterRole", "cert-manager-cainjector":
            kept = [rule for rule in manifest["rules"] if not _NOT_INJECTED & set(rule["resources"])]
            return {**manifest, "rules": kept}
        case "Deployment", "cert-manager":
            return _ready_when_alive(manifest)
        case _:
            return manifest


def _ready_when_alive(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the controller with its probe of life as one of readiness as well: the chart has none."""
    spec = manifest["spec"]
    template = spec["template"]
    containers = [{**each, "readinessProbe": each["livenessProbe"]} for each in template["spec"]["containers"]]
    pod = {**template, "spec": {**template["spec"], "containers": containers}}
    return {**manifest, "spec": {**spec, "template": pod}}
