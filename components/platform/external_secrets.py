"""External Secrets as the platform runs it: the values of its chart, and what the chart has no value for.

Left out: stores and secrets of the whole cluster, the way from the cluster into a store, the right to make tokens of
every service account, roles that users of the cluster would get, and the program that makes the webhook's certificate
by changing definitions and webhooks: cert-manager makes it.
"""

from typing import Any

from . import certificates
from .certificates import Level
from .images import tagged as image
from .rendering import Release

CHART = "external-secrets"
WEBHOOK_PORT = 10250
_WEBHOOK = f"{CHART}-webhook"
_LEFT_OUT = frozenset(
    {
        *(("ClusterRole", f"{CHART}-{each}") for each in ("edit", "view")),
        *(
            ("CustomResourceDefinition", f"{each}.external-secrets.io")
            for each in ("clusterexternalsecrets", "clusterpushsecrets", "clustersecretstores", "pushsecrets")
        ),
        ("CustomResourceDefinition", "clustergenerators.generators.external-secrets.io"),
    }
)
_TOKENS = "serviceaccounts/token"


def release(namespace: str, *, kubernetes: str) -> Release:
    """Return what is rendered: two replicas of each program."""
    return Release(name=CHART, namespace=namespace, values=_values(), kubernetes=kubernetes)


def _values() -> dict[str, Any]:
    amounts = {"cpu": "200m", "memory": "256Mi", "ephemeral-storage": "64Mi"}
    program = {
        "image": image(CHART, "controller"),
        "replicaCount": 2,
        "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
        "resources": {"requests": amounts, "limits": amounts},
        "securityContext": {"runAsUser": 65532},
    }
    kinds = ("ClusterExternalSecret", "ClusterGenerator", "ClusterPushSecret", "PushSecret")
    signs = certificates.manifest("Issuer", _WEBHOOK, None, {"selfSigned": {}})
    return {
        **program,
        "leaderElect": True,
        "livenessProbe": {"enabled": True},
        "crds": dict.fromkeys([f"create{each}" for each in (*kinds, "ClusterSecretStore")], False),
        **dict.fromkeys([f"process{each}" for each in (*kinds, "ClusterStore")], False),
        "rbac": {"aggregateToView": False, "aggregateToEdit": False, "servicebindings": {"create": False}},
        "certController": {"create": False},
        "extraObjects": [signs],
        "webhook": {
            **program,
            "port": WEBHOOK_PORT,
            "certManager": {"enabled": True, "cert": {"issuerRef": certificates.reference(_WEBHOOK)}},
        },
    }


def adjusted(manifest: dict[str, Any]) -> dict[str, Any] | None:
    """Return an object of the chart with less than the chart gives it; None where it is left out."""
    kind, name = manifest["kind"], manifest["metadata"]["name"]
    if (kind, name) in _LEFT_OUT:
        return None
    match kind, name:
        case "ClusterRole", "external-secrets-controller":
            kept = [rule for rule in manifest["rules"] if _TOKENS not in rule["resources"]]
            return {**manifest, "rules": kept}
        case "Certificate", _:
            names = [each for each in manifest["spec"]["dnsNames"] if each.endswith(".svc")]
            return {**manifest, "spec": {**manifest["spec"], "dnsNames": names, **certificates.profile(Level.LEAF)}}
        case "Deployment", _:
            return _with_both_probes(manifest)
        case _:
            return manifest


def _with_both_probes(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return a program whose one probe is that of life and of readiness: the chart gives each but one."""
    spec = manifest["spec"]
    template = spec["template"]
    probes = ("livenessProbe", "readinessProbe")
    containers = [
        {**each, **dict.fromkeys(probes, next(each[probe] for probe in probes if probe in each))}
        for each in template["spec"]["containers"]
    ]
    pod = {**template, "spec": {**template["spec"], "containers": containers}}
    return {**manifest, "spec": {**spec, "template": pod}}
