"""What the charts of the platform render to, in outline: the traits that controls refuse and operators need, no more.

For tests from a clean checkout, which has no charts. The charts themselves: tests/live/test_prod_services.py.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from components.platform import rendering

IMAGE = "quay.io/jetstack/outlined@sha256:" + "a" * 64
_HOOKS = {
    "apiGroups": ["admissionregistration.k8s.io"],
    "resources": ["validatingwebhookconfigurations"],
    "verbs": ["get", "list", "watch", "update"],
}
_DEFINITIONS = {
    "apiGroups": ["apiextensions.k8s.io"],
    "resources": ["customresourcedefinitions"],
    "resourceNames": ["clusterimagepolicies.policy.sigstore.dev"],
    "verbs": ["get", "update"],
}
_SECRETS = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "list", "watch", "update"]}
_AMOUNTS = {"cpu": "100m", "memory": "64Mi", "ephemeral-storage": "64Mi"}
_PROBE = {"httpGet": {"path": "/healthz", "port": 8080}}
_PROBES: dict[str, Any] = {"livenessProbe": _PROBE, "readinessProbe": _PROBE}


def _workload(kind: str, name: str, pod: Mapping[str, Any], **spec: Any) -> list[dict[str, Any]]:
    labels = {"app.kubernetes.io/name": name}
    template = {"metadata": {"labels": labels, "annotations": {}}, "spec": {"serviceAccountName": name, **pod}}
    budget = {"selector": {"matchLabels": labels}, "minAvailable": 1}
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}},
        {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": name}, "spec": budget},
        {
            "apiVersion": "apps/v1",
            "kind": kind,
            "metadata": {"name": name},
            "spec": {"selector": {"matchLabels": labels}, "template": template, **spec},
        },
    ]


def _deployment(name: str, *, replicas: int = 2, **container: Any) -> list[dict[str, Any]]:
    main = {"name": name, "image": IMAGE, "resources": {"requests": _AMOUNTS, "limits": _AMOUNTS}, **container}
    return _workload("Deployment", name, {"containers": [main], "volumes": []}, replicas=replicas)


def _operator(account: str, role: str, *rules: Mapping[str, Any]) -> list[dict[str, Any]]:
    group = "rbac.authorization.k8s.io"
    subject = {"kind": "ServiceAccount", "name": account, "namespace": "platform"}
    return [
        {"apiVersion": f"{group}/v1", "kind": "ClusterRole", "metadata": {"name": role}, "rules": list(rules)},
        {
            "apiVersion": f"{group}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": role},
            "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": role},
            "subjects": [subject],
        },
    ]


def _sensors() -> list[dict[str, Any]]:
    main = {
        "name": "falco",
        "image": IMAGE,
        "resources": {"requests": _AMOUNTS, "limits": _AMOUNTS},
        "securityContext": {"capabilities": {"add": ["BPF", "PERFMON"]}},
        "volumeMounts": [{"name": name, "mountPath": f"/host/{name}"} for name in ("proc", "socket")],
        **_PROBES,
    }
    paths = {"proc": "/proc", "socket": "/run/containerd/containerd.sock"}
    pod = {
        "containers": [main],
        "volumes": [{"name": name, "hostPath": {"path": path}} for name, path in paths.items()],
        "tolerations": [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}],
        "securityContext": {"runAsUser": 0, "runAsNonRoot": False},
    }
    return _workload("DaemonSet", "falco", pod)


OUTLINES: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "cert-manager": [
        *_operator("cert-manager-cainjector", "cert-manager-cainjector", _HOOKS, _SECRETS),
        *_operator("cert-manager", "cert-manager-controller-certificates", _SECRETS),
        *_deployment("cert-manager", **_PROBES),
        *_deployment("cert-manager-cainjector"),
    ],
    "trust-manager": _deployment("trust-manager", **_PROBES),
    "external-secrets": [
        *_operator("external-secrets", "external-secrets-controller", _SECRETS),
        *_deployment("external-secrets", **_PROBES),
    ],
    "policy-controller": [
        *_operator("policy-controller-webhook", "policy-controller-webhook", _HOOKS, _DEFINITIONS),
        *_deployment("policy-controller-webhook", **_PROBES),
    ],
    "trivy-operator": _deployment("trivy-operator", replicas=1, **_PROBES),
    "falco": _sensors(),
    "falcosidekick": _deployment("falcosidekick", envFrom=[{"secretRef": {"name": "falcosidekick"}}], **_PROBES),
    "falco-talon": _deployment("falco-talon", **_PROBES),
}
"""Objects by chart."""


def render(chart: str, sums: tuple[str, ...], release: rendering.Release) -> rendering.Rendered:
    """Stand for `rendering.render` on a machine that has every chart."""
    del release
    return rendering.Rendered(sha256=sums[0], objects=tuple(OUTLINES[chart]))
