"""cert-manager as the platform runs it: the values of its chart, and what the chart has no value for.

Left out: the check after the installation (a Helm hook), metrics (nothing scrapes them by default), ACME, the right
to sign Kubernetes' own certificate requests, which make users of the cluster, and the certificates that it would make
for an Ingress or a Gateway with an annotation: whoever may write one of those would choose issuer and names.
"""

from collections.abc import Sequence
from typing import Any

from .hardening import with_pod
from .images import values as image
from .rendering import Release

CHART = "cert-manager"
WEBHOOK_PORT = 10250
_LEFT_OUT = frozenset(
    f"cert-manager-controller-{each}" for each in ("certificatesigningrequests", "challenges", "orders")
)
"""Roles of controllers that are switched off."""
_CONTROLLERS = "--controllers=*,-challenges,-orders,-ingress-shim,-gateway-shim"
_SIGNERS = ("issuers.cert-manager.io/*", "clusterissuers.cert-manager.io/*")
_NOT_INJECTED = frozenset({"apiservices", "customresourcedefinitions"})
"""What the CA injector could change as well, and is configured not to."""
_ASKER = "cert-manager-controller-ingress-shim"
"""Role that lets cert-manager make Certificates from Ingresses, and every request of a certificate."""
_REQUESTS = "certificaterequests"
_READERS = frozenset(f"cert-manager-controller-{each}" for each in ("clusterissuers", "issuers"))
"""Roles of controllers that would write Secrets for ACME alone."""


def release(namespace: str, *, authorities: str, signers: Sequence[str], memory: str, kubernetes: str) -> Release:
    """Return what is rendered: two replicas of each program, and the keys of ClusterIssuers in `authorities`.

    `signers` are issuers of other controllers whose requests cert-manager approves.
    """
    values = {
        **_values(namespace, memory),
        "clusterResourceNamespace": authorities,
        "approveSignerNames": [*_SIGNERS, *signers],
    }
    return Release(name=CHART, namespace=namespace, values=values, kubernetes=kubernetes)


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
        "extraArgs": [_CONTROLLERS],
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
        case "ClusterRole", name if name == _ASKER:
            kept = [rule for rule in manifest["rules"] if "create" in rule["verbs"] and _REQUESTS in rule["resources"]]
            return {**manifest, "rules": [{**rule, "resources": [_REQUESTS]} for rule in kept]}
        case "ClusterRole", name if name in _READERS:
            return {**manifest, "rules": [_reading_secrets(rule) for rule in manifest["rules"]]}
        case "Deployment", "cert-manager":
            return _ready_when_alive(manifest)
        case _:
            return manifest


def _reading_secrets(rule: dict[str, Any]) -> dict[str, Any]:
    return {**rule, "verbs": ["get", "list", "watch"]} if rule["resources"] == ["secrets"] else rule


def _ready_when_alive(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the controller with its probe of life as one of readiness as well: the chart has none."""
    pod = manifest["spec"]["template"]["spec"]
    containers = [{**each, "readinessProbe": each["livenessProbe"]} for each in pod["containers"]]
    return with_pod(manifest, {**pod, "containers": containers})
