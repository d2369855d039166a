"""A pod as Istio's injector leaves it where a plugin on the node leads its calls to the proxy, a native sidecar.

By what Istio expects of its own injector (pkg/kube/inject/testdata/inject/hello.yaml.cni.injected
of Istio at eed52ebb66ad); the clouds' control planes inject by the same template.
"""

from collections.abc import Mapping
from typing import Any

ANNOTATIONS = {
    "istio.io/rev": "default",
    "kubectl.kubernetes.io/default-container": "app",
    "kubectl.kubernetes.io/default-logs-container": "app",
    "prometheus.io/path": "/stats/prometheus",
    "prometheus.io/port": "15020",
    "prometheus.io/scrape": "true",
    "sidecar.istio.io/interceptionMode": "REDIRECT",
    "sidecar.istio.io/status": '{"initContainers":["istio-validation","istio-proxy"],"containers":null}',
    "traffic.sidecar.istio.io/excludeInboundPorts": "15020",
    "traffic.sidecar.istio.io/includeInboundPorts": "*",
    "traffic.sidecar.istio.io/includeOutboundIPRanges": "*",
}
_LABELS = {
    "security.istio.io/tlsMode": "istio",
    "service.istio.io/canonical-name": "app",
    "service.istio.io/canonical-revision": "latest",
}
_SECURITY = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "privileged": False,
    "readOnlyRootFilesystem": True,
    "runAsGroup": 1337,
    "runAsNonRoot": True,
    "runAsUser": 1337,
}
_RESOURCES = {"limits": {"cpu": "2", "memory": "1Gi"}, "requests": {"cpu": "100m", "memory": "128Mi"}}
_MOUNTS = {
    "workload-socket": "/var/run/secrets/workload-spiffe-uds",
    "credential-socket": "/var/run/secrets/credential-uds",
    "workload-certs": "/var/run/secrets/workload-spiffe-credentials",
    "istiod-ca-cert": "/var/run/secrets/istio",
    "istio-ca-crl": "/var/run/secrets/istio/crl",
    "istio-data": "/var/lib/istio/data",
    "istio-envoy": "/etc/istio/proxy",
    "istio-token": "/var/run/secrets/tokens",
    "istio-podinfo": "/etc/istio/pod",
}
_VOLUMES: tuple[Mapping[str, Any], ...] = (
    {"name": "workload-socket"},
    {"name": "credential-socket"},
    {"name": "workload-certs"},
    {"name": "istio-envoy", "emptyDir": {"medium": "Memory"}},
    {"name": "istio-data", "emptyDir": {}},
    {
        "name": "istio-podinfo",
        "downwardAPI": {
            "items": [
                {"path": each, "fieldRef": {"fieldPath": f"metadata.{each}"}} for each in ("labels", "annotations")
            ]
        },
    },
    {
        "name": "istio-token",
        "projected": {
            "sources": [
                {"serviceAccountToken": {"audience": "istio-ca", "expirationSeconds": 43200, "path": "istio-token"}}
            ]
        },
    },
    {"name": "istiod-ca-cert", "configMap": {"name": "istio-ca-root-cert"}},
    {"name": "istio-ca-crl", "configMap": {"name": "istio-ca-crl", "optional": True}},
)


def injected(pod: Mapping[str, Any], image: str) -> dict[str, Any]:
    """Return a pod with the proxy of an image, and with what checks that its calls are led there."""
    metadata, spec = pod["metadata"], pod["spec"]
    return {
        **pod,
        "metadata": {
            **metadata,
            "labels": {**metadata.get("labels", {}), **_LABELS},
            "annotations": {**metadata.get("annotations", {}), **ANNOTATIONS},
        },
        "spec": {
            **spec,
            "initContainers": [_validation(image), _proxy(image), *spec.get("initContainers", ())],
            "volumes": [*spec.get("volumes", ()), *_VOLUMES],
        },
    }


def _validation(image: str) -> dict[str, Any]:
    args = ["istio-iptables", "-p", "15001", "-z", "15006", "-u", "1337", "--run-validation", "--skip-rule-apply"]
    return {
        "name": "istio-validation",
        "image": image,
        "args": args,
        "resources": _RESOURCES,
        "securityContext": _SECURITY,
    }


def _proxy(image: str) -> dict[str, Any]:
    ready = {"path": "/healthz/ready", "port": 15021}
    fields = {
        "POD_NAME": "metadata.name",
        "POD_NAMESPACE": "metadata.namespace",
        "INSTANCE_IP": "status.podIP",
        "SERVICE_ACCOUNT": "spec.serviceAccountName",
        "HOST_IP": "status.hostIP",
        "ISTIO_META_NODE_NAME": "spec.nodeName",
    }
    values = {
        "PILOT_CERT_PROVIDER": "istiod",
        "CA_ADDR": "istiod.aks-istio-system.svc:15012",
        "PROXY_CONFIG": "{}\n",
        "ISTIO_META_INTERCEPTION_MODE": "REDIRECT",
        "TRUST_DOMAIN": "cluster.local",
    }
    return {
        "name": "istio-proxy",
        "image": image,
        "restartPolicy": "Always",
        "args": ["proxy", "sidecar", "--domain", "$(POD_NAMESPACE).svc.cluster.local"],
        "env": [
            *({"name": name, "value": value} for name, value in values.items()),
            *({"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}} for name, path in fields.items()),
            {
                "name": "GOMEMLIMIT",
                "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1"}},
            },
        ],
        "lifecycle": {
            "preStop": {"exec": {"command": ["pilot-agent", "request", "--debug-port=15020", "POST", "drain"]}}
        },
        "ports": [{"containerPort": 15090, "name": "http-envoy-prom", "protocol": "TCP"}],
        "readinessProbe": {"httpGet": ready, "periodSeconds": 15, "timeoutSeconds": 3, "failureThreshold": 4},
        "startupProbe": {"httpGet": ready, "periodSeconds": 1, "timeoutSeconds": 3, "failureThreshold": 600},
        "resources": _RESOURCES,
        "securityContext": _SECURITY,
        "volumeMounts": [{"name": name, "mountPath": path} for name, path in _MOUNTS.items()],
    }
