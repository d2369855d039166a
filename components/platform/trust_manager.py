"""trust-manager as the platform runs it: it copies certificates that are trusted into tenants' namespaces.

It may read Secrets in one namespace alone, in which no key of an authority lies, and writes ConfigMaps. Left out: the
public authorities of Debian, Secrets as targets, and the role that lets readers of the whole cluster see bundles.
"""

from typing import Any

from ..naming import annotation
from . import certificates
from .hardening import with_pod
from .images import values as image
from .rendering import Release

CHART = "trust-manager"
BUNDLE = "secure-clusters-trust"
"""Name of the bundle, and of the ConfigMap in each tenant's namespace; its key is `ca.crt`."""
WEBHOOK_PORT = 6443


def release(namespace: str, *, kubernetes: str) -> Release:
    """Return what is rendered: two replicas, in the one namespace that it reads Secrets of."""
    return Release(name=CHART, namespace=namespace, values=_values(namespace), kubernetes=kubernetes)


def _values(namespace: str) -> dict[str, Any]:
    amounts = {"cpu": "100m", "memory": "128Mi", "ephemeral-storage": "64Mi"}
    return {
        "replicaCount": 2,
        "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
        "resources": {"requests": amounts, "limits": amounts},
        "image": image(CHART, "manager"),
        "defaultPackage": {"enabled": False},
        "crds": {"keep": False},
        "global": {"rbac": {"aggregateClusterRoles": False}},
        "filterExpiredCertificates": {"enabled": True},
        "filterNonCACerts": {"enabled": True},
        "app": {
            "minTLSVersion": "VersionTLS13",
            "trust": {"namespace": namespace},
            "webhook": {"port": WEBHOOK_PORT, "timeoutSeconds": 10},
        },
    }


def adjusted(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return an object of the chart with a short-lived certificate, and a probe of life, which the chart lacks."""
    match manifest["kind"]:
        case "Certificate":
            return {**manifest, "spec": {**manifest["spec"], **certificates.profile(certificates.Level.LEAF)}}
        case "Deployment":
            return _alive_when_ready(manifest)
        case _:
            return manifest


def _alive_when_ready(manifest: dict[str, Any]) -> dict[str, Any]:
    pod = manifest["spec"]["template"]["spec"]
    containers = [{**each, "livenessProbe": each["readinessProbe"]} for each in pod["containers"]]
    return with_pod(manifest, {**pod, "containers": containers})


def bundle(sources: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the bundle that puts the sources into every tenant's namespace, whichever stack declares it."""
    tenants = {"matchExpressions": [{"key": annotation("tenant"), "operator": "Exists"}]}
    return _bundle(BUNDLE, "ca.crt", tenants, sources)


def bundle_for(namespace: str, name: str, key: str, sources: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the bundle that puts the sources into one namespace, under a name and a key that a program asks for."""
    return _bundle(name, key, {"matchLabels": {"kubernetes.io/metadata.name": namespace}}, sources)


def _bundle(name: str, key: str, namespaces: dict[str, Any], sources: list[dict[str, Any]]) -> dict[str, Any]:
    target = {"configMap": {"key": key}, "namespaceSelector": namespaces}
    return certificates.manifest(
        "Bundle", name, None, {"sources": sources, "target": target}, "trust.cert-manager.io/v1alpha1"
    )
