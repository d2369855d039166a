"""Manifests as a large estate has them, the same ones at every run."""

import random
from collections.abc import Iterator
from typing import Any

_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod")
_GROUPS = {"Deployment": "apps/v1", "StatefulSet": "apps/v1", "DaemonSet": "apps/v1", "Job": "batch/v1"}
_SHARE_OF_WORKLOADS = 0.6
_SHARE_WITH_A_FAULT = 0.2


def manifests(count: int) -> Iterator[dict[str, Any]]:
    """Yield so many manifests: six of ten have pods, and one of five of those breaks a rule."""
    random_ = random.Random(9)  # noqa: S311 - the same manifests at every run, no secret
    for number in range(count):
        if random_.random() < _SHARE_OF_WORKLOADS:
            yield _workload(random_, number)
        else:
            yield random_.choice((_service, _ingress, _config_map, _network_policy, _role_binding))(random_, number)


def _metadata(random_: random.Random, number: int) -> dict[str, Any]:
    labels = {"app.kubernetes.io/name": f"app-{number}", "team": f"team-{random_.randrange(40)}"}
    return {"name": f"app-{number}", "namespace": f"team-{number % 400}", "labels": labels}


def _container(random_: random.Random, name: str) -> dict[str, Any]:
    security: dict[str, Any] = {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "capabilities": {"drop": ["ALL"]},
    }
    if random_.random() < _SHARE_WITH_A_FAULT:
        security |= random_.choice(({"privileged": True}, {"runAsUser": 0}, {"capabilities": {"add": ["SYS_ADMIN"]}}))
    amounts = {"cpu": "100m", "memory": "128Mi"}
    return {
        "name": name,
        "image": f"registry.k8s.io/{name}@sha256:" + f"{random_.getrandbits(256):064x}",
        "args": ["--port=8080", f"--level={random_.randrange(5)}"],
        "env": [{"name": f"SETTING_{each}", "value": str(each)} for each in range(random_.randrange(12))],
        "ports": [{"name": "http", "containerPort": 8080}],
        "resources": {"limits": amounts, "requests": amounts},
        "livenessProbe": {"httpGet": {"path": "/live", "port": "http"}},
        "readinessProbe": {"httpGet": {"path": "/ready", "port": "http"}},
        "securityContext": security,
        "volumeMounts": [{"name": "settings", "mountPath": "/etc/settings", "readOnly": True}],
    }


def _workload(random_: random.Random, number: int) -> dict[str, Any]:
    kind = random_.choice(_WORKLOADS)
    spec: dict[str, Any] = {
        "automountServiceAccountToken": False,
        "serviceAccountName": f"app-{number}",
        "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [_container(random_, name) for name in ("app", "proxy")[: random_.randint(1, 2)]],
        "initContainers": [_container(random_, "prepare")] if random_.random() < 0.3 else [],
        "volumes": [{"name": "settings", "configMap": {"name": f"app-{number}"}}],
    }
    metadata = _metadata(random_, number)
    if kind == "Pod":
        return {"apiVersion": "v1", "kind": kind, "metadata": metadata, "spec": spec}
    template = {"metadata": {"labels": metadata["labels"]}, "spec": spec}
    if kind in ("Job", "CronJob"):
        spec["restartPolicy"] = "Never"
        job = {"template": template, "ttlSecondsAfterFinished": 600}
        whole = {"schedule": "0 * * * *", "jobTemplate": {"spec": job}} if kind == "CronJob" else job
    else:
        whole = {"selector": {"matchLabels": metadata["labels"]}, "replicas": 2, "template": template}
    return {"apiVersion": _GROUPS.get(kind, "batch/v1"), "kind": kind, "metadata": metadata, "spec": whole}


def _service(random_: random.Random, number: int) -> dict[str, Any]:
    spec = {"type": random_.choice(("ClusterIP", "ClusterIP", "NodePort")), "ports": [{"port": 80}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": _metadata(random_, number), "spec": spec}


def _ingress(random_: random.Random, number: int) -> dict[str, Any]:
    host = f"app-{number}.example.org"
    backend = {"service": {"name": f"app-{number}", "port": {"number": 80}}}
    spec = {
        "ingressClassName": "internal",
        "tls": [{"hosts": [host], "secretName": f"app-{number}"}],
        "rules": [{"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}],
    }
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": _metadata(random_, number),
        "spec": spec,
    }


def _config_map(random_: random.Random, number: int) -> dict[str, Any]:
    data = {f"setting-{each}": "value " * random_.randrange(20) for each in range(8)}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": _metadata(random_, number), "data": data}


def _network_policy(random_: random.Random, number: int) -> dict[str, Any]:
    metadata = _metadata(random_, number)
    peers = [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": f"app-{random_.randrange(number + 1)}"}}}]
    spec = {
        "podSelector": {"matchLabels": metadata["labels"]},
        "policyTypes": ["Ingress"],
        "ingress": [{"from": peers, "ports": [{"port": 8080}]}],
    }
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def _role_binding(random_: random.Random, number: int) -> dict[str, Any]:
    group = "rbac.authorization.k8s.io"
    return {
        "apiVersion": f"{group}/v1",
        "kind": "RoleBinding",
        "metadata": _metadata(random_, number),
        "roleRef": {
            "apiGroup": group,
            "kind": "ClusterRole",
            "name": random_.choice(("secure-clusters-viewer", "edit")),
        },
        "subjects": [{"apiGroup": group, "kind": "Group", "name": f"team-{number}"}],
    }
