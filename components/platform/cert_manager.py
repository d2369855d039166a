"""cert-manager as the platform runs it: the values of its chart, and what the chart has no value for.

Left out: the check after the installation (a Helm hook), metrics (nothing scrapes them by default), ACME unless a stack
has certificates for the edge, the right to sign Kubernetes' own certificate requests, which make users of the cluster,
and the certificates that it would make for an Ingress or a Gateway with an annotation: whoever may write one of those
would choose issuer and names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import pod_identity
from .hardening import with_pod
from .images import values as image
from .rendering import Release

CHART = "cert-manager"
WEBHOOK_PORT = 10250
CONTROLLER: Mapping[str, str] = {"app.kubernetes.io/component": "controller"}
"""Labels of the controller's pods."""
_ACCOUNT = "cert-manager"
"""Name of the controller, and of its service account."""
_ROLE = f"{_ACCOUNT}-controller-"
"""Beginning of the names of its roles."""
_ACME = ("challenges", "orders")
"""Controllers for ACME, which go with their roles."""
_SOLVERS = frozenset(f"{_ROLE}{each}" for each in _ACME)
_OFF = ("ingress-shim", "gateway-shim")
_SOLVED_BY_PODS = frozenset({"pods", "services", "ingresses"})
"""What HTTP-01 makes in tenants' namespaces; the controller starts only where it may list them."""
_SIGNERS = ("issuers.cert-manager.io/*", "clusterissuers.cert-manager.io/*")
_NOT_INJECTED = frozenset({"apiservices", "customresourcedefinitions"})
"""What the CA injector could change as well, and is configured not to."""
_ASKER = "cert-manager-controller-ingress-shim"
"""Role that lets cert-manager make Certificates from Ingresses, and every request of a certificate."""
_REQUESTS = "certificaterequests"
_READERS = frozenset(f"{_ROLE}{each}" for each in ("clusterissuers", "issuers"))
"""Roles of controllers that would write Secrets for ACME alone; for accounts the role of certificates is enough."""


@dataclass(frozen=True, kw_only=True)
class Acme:
    """What ACME changes of cert-manager."""

    arguments: Sequence[str]
    """Arguments of the controller."""
    has_account: bool
    """Whether the platform makes the controller's service account, with rights in a cloud."""


def release(
    namespace: str, *, authorities: str, signers: Sequence[str], memory: str, kubernetes: str, acme: Acme | None = None
) -> Release:
    """Return what is rendered: two replicas of each program, and the keys of ClusterIssuers in `authorities`.

    `signers` are issuers of other controllers whose requests cert-manager approves.
    """
    off = _OFF if acme else (*_ACME, *_OFF)
    values = {
        **_values(namespace, memory),
        "extraArgs": [",".join(["--controllers=*", *(f"-{each}" for each in off)]), *(acme.arguments if acme else ())],
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


def adjusted(manifest: dict[str, Any], *, acme: Acme | None = None) -> dict[str, Any] | None:
    """Return an object of the chart with less than the chart gives it; None where it is left out."""
    name = manifest["metadata"]["name"]
    if name in {f"{_ROLE}{each}" for each in ("certificatesigningrequests", *(() if acme else _ACME))}:
        return None
    match manifest["kind"], name:
        case "ClusterRole", name if name in _SOLVERS:
            return {**manifest, "rules": [each for rule in manifest["rules"] if (each := _solved_by_dns(rule))]}
        case "ClusterRole", "cert-manager-cainjector":
            kept = [rule for rule in manifest["rules"] if not _NOT_INJECTED & set(rule["resources"])]
            return {**manifest, "rules": kept}
        case "ClusterRole", name if name == _ASKER:
            kept = [rule for rule in manifest["rules"] if "create" in rule["verbs"] and _REQUESTS in rule["resources"]]
            return {**manifest, "rules": [{**rule, "resources": [_REQUESTS]} for rule in kept]}
        case "ClusterRole", name if name in _READERS:
            return {**manifest, "rules": [_reading_secrets(rule) for rule in manifest["rules"]]}
        case "Deployment" | "ServiceAccount", name if name == _ACCOUNT:
            made = pod_identity.adjusted(manifest, has_account=bool(acme and acme.has_account))
            return _ready_when_alive(made) if made and made["kind"] == "Deployment" else made
        case _:
            return manifest


def _solved_by_dns(rule: dict[str, Any]) -> dict[str, Any] | None:
    """Return what is left of a rule where no host is shown by a pod: nothing is made in a tenant's namespace.

    Secrets the controller's one account reads by the role for certificates already.
    """
    groups = {"", "acme.cert-manager.io", "cert-manager.io", "networking.k8s.io"}
    if not set(rule["apiGroups"]) & groups or rule["resources"] == ["secrets"]:
        return None
    return {**rule, "verbs": ["get", "list", "watch"]} if _SOLVED_BY_PODS & set(rule["resources"]) else rule


def _reading_secrets(rule: dict[str, Any]) -> dict[str, Any]:
    return {**rule, "verbs": ["get", "list", "watch"]} if rule["resources"] == ["secrets"] else rule


def _ready_when_alive(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the controller with its probe of life as one of readiness as well: the chart has none."""
    pod = manifest["spec"]["template"]["spec"]
    containers = [{**each, "readinessProbe": each["livenessProbe"]} for each in pod["containers"]]
    return with_pod(manifest, {**pod, "containers": containers})
