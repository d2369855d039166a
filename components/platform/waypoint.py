"""A gateway of an ambient mesh: an Envoy that istiod configures, and that reads what goes through it.

Istiod could deploy it by itself. It is deployed here, as a Gateway whose address is a Service says that somebody else
does: so istiod writes to no namespace, the pods are in the plan, and every policy judges them. What the Deployment runs
follows Istio's own template (`files/waypoint.yaml` of the chart istiod), and is changed with the chart's version.

Source: https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/#manual-deployment
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..dataplane import TUNNEL_PORT
from ..tenancy.gateway import FULL_NAMESPACE, GATEWAY_LABEL
from . import istio
from .hardening import hardened

REPLICAS = 2
"""Pods of each gateway: never more, so that what each may let pass adds up to what is declared."""
CLASS = "istio-waypoint"
GATEWAY_API = "gateway.networking.k8s.io/v1"
_CLASS_LABELS = {
    "gateway.networking.k8s.io/gateway-class-name": CLASS,
    "gateway.istio.io/managed": "istio.io-mesh-controller",
}
_STATUS_PORT = 15021
_DISK = "256Mi"
_TOKEN_SECONDS = 3600
_USER = 1337
_MOUNTS = {
    "workload-socket": "/var/run/secrets/workload-spiffe-uds",
    "istiod-ca-cert": "/var/run/secrets/istio",
    "istio-data": "/var/lib/istio/data",
    "istio-envoy": "/etc/istio/proxy",
    "istio-token": "/var/run/secrets/tokens",
    "istio-podinfo": "/etc/istio/pod",
}


@dataclass(frozen=True, kw_only=True)
class Waypoint:
    """What a gateway is made of."""

    name: str
    """Its name, and that of its account: its identity."""
    taken_from: str | None
    """The namespace whose Services may be behind it; None for its own alone."""
    control_plane: str
    """Namespace of istiod."""
    trust_domain: str
    """First part of every identity in the mesh."""
    memory: str
    """Memory of each of its pods."""

    def objects(self) -> list[dict[str, Any]]:
        """Return everything that it is made of, in the order in which it is created."""
        found = [self._account(), self._service(), self._gateway(), self._deployment(), self._budget()]
        return [hardened(each) for each in found]

    @property
    def labels(self) -> dict[str, str]:
        """Labels of its pods."""
        return {GATEWAY_LABEL: self.name, **_CLASS_LABELS}

    def _metadata(self) -> dict[str, Any]:
        return {"name": self.name, "namespace": FULL_NAMESPACE, "labels": self.labels}

    def _account(self) -> dict[str, Any]:
        return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": self._metadata()}

    def _service(self) -> dict[str, Any]:
        ports = [
            {"name": "status-port", "port": _STATUS_PORT, "protocol": "TCP", "appProtocol": "tcp"},
            {"name": "mesh", "port": TUNNEL_PORT, "protocol": "TCP", "appProtocol": "hbone"},
        ]
        spec = {"type": "ClusterIP", "selector": {GATEWAY_LABEL: self.name}, "ports": ports}
        return {"apiVersion": "v1", "kind": "Service", "metadata": self._metadata(), "spec": spec}

    def _budget(self) -> dict[str, Any]:
        spec = {
            "minAvailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": {GATEWAY_LABEL: self.name}},
        }
        return {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": self._metadata(), "spec": spec}

    def _gateway(self) -> dict[str, Any]:
        chosen: dict[str, Any] = {"from": "Same"}
        if self.taken_from is not None:
            labels = {"kubernetes.io/metadata.name": self.taken_from}
            chosen = {"from": "Selector", "selector": {"matchLabels": labels}}
        listener = {
            "name": "mesh",
            "port": TUNNEL_PORT,
            "protocol": "HBONE",
            "allowedRoutes": {"namespaces": chosen},
        }
        address = {"type": "Hostname", "value": f"{self.name}.{FULL_NAMESPACE}.svc.cluster.local"}
        spec = {"gatewayClassName": CLASS, "addresses": [address], "listeners": [listener]}
        metadata = {"name": self.name, "namespace": FULL_NAMESPACE}
        return {"apiVersion": GATEWAY_API, "kind": "Gateway", "metadata": metadata, "spec": spec}

    def _deployment(self) -> dict[str, Any]:
        spec = {
            "replicas": REPLICAS,
            # A pod more while others are replaced would let more requests pass than the limits say.
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}},
            "selector": {"matchLabels": {GATEWAY_LABEL: self.name}},
            "template": {"metadata": {"labels": self.labels}, "spec": self._pod()},
        }
        return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": self._metadata(), "spec": spec}

    def _pod(self) -> dict[str, Any]:
        token = {"audience": "istio-ca", "expirationSeconds": _TOKEN_SECONDS, "path": "istio-token"}
        told = [{"path": key, "fieldRef": {"fieldPath": f"metadata.{key}"}} for key in ("labels", "annotations")]
        sources: dict[str, Mapping[str, Any]] = {
            "workload-socket": {"emptyDir": {"sizeLimit": "1Mi"}},
            "istiod-ca-cert": {"configMap": {"name": "istio-ca-root-cert"}},
            "istio-data": {"emptyDir": {"sizeLimit": "64Mi"}},
            "istio-envoy": {"emptyDir": {"medium": "Memory", "sizeLimit": "16Mi"}},
            "istio-token": {"projected": {"sources": [{"serviceAccountToken": token}]}},
            "istio-podinfo": {"downwardAPI": {"items": told}},
        }
        return {
            "serviceAccountName": self.name,
            # It asks the API server for nothing: its one token is for istiod.
            "automountServiceAccountToken": False,
            "containers": [self._container()],
            "volumes": [{"name": name, **source} for name, source in sources.items()],
        }

    def _container(self) -> dict[str, Any]:
        amounts = {"cpu": "500m", "memory": self.memory, "ephemeral-storage": _DISK}
        ready = {
            "httpGet": {"path": "/healthz/ready", "port": _STATUS_PORT},
            "periodSeconds": 15,
            "failureThreshold": 4,
        }
        alive = {"tcpSocket": {"port": _STATUS_PORT}, "initialDelaySeconds": 30, "periodSeconds": 15}
        return {
            "name": "istio-proxy",
            "image": istio.proxy_image(),
            "args": ["proxy", "waypoint", "--domain", f"{FULL_NAMESPACE}.svc.cluster.local"],
            "ports": [
                {"containerPort": TUNNEL_PORT, "name": "mesh"},
                {"containerPort": _STATUS_PORT, "name": "status"},
            ],
            "env": self._environment(),
            "resources": {"requests": amounts, "limits": amounts},
            "readinessProbe": ready,
            "livenessProbe": alive,
            "securityContext": {"runAsUser": _USER, "runAsGroup": _USER, "runAsNonRoot": True},
            "volumeMounts": [{"name": name, "mountPath": path} for name, path in _MOUNTS.items()],
        }

    def _environment(self) -> list[dict[str, Any]]:
        istiod = f"istiod.{self.control_plane}.svc:{istio.CONFIGURATION_PORT}"
        plain = {
            "PILOT_CERT_PROVIDER": "istiod",
            "CA_ADDR": istiod,
            "PROXY_CONFIG": json.dumps({"discoveryAddress": istiod}),
            "TRUST_DOMAIN": self.trust_domain,
            "ISTIO_META_MESH_ID": self.trust_domain,
            "ISTIO_META_CLUSTER_ID": "Kubernetes",
            "ISTIO_META_INTERCEPTION_MODE": "REDIRECT",
            "ISTIO_META_WORKLOAD_NAME": self.name,
            "ISTIO_META_OWNER": f"kubernetes://apis/apps/v1/namespaces/{FULL_NAMESPACE}/deployments/{self.name}",
        }
        fields = {
            "POD_NAME": "metadata.name",
            "POD_NAMESPACE": "metadata.namespace",
            "INSTANCE_IP": "status.podIP",
            "HOST_IP": "status.hostIP",
            "SERVICE_ACCOUNT": "spec.serviceAccountName",
            "ISTIO_META_SERVICE_ACCOUNT": "spec.serviceAccountName",
            "ISTIO_META_NODE_NAME": "spec.nodeName",
        }
        amounts = {"ISTIO_CPU_LIMIT": "limits.cpu", "GOMAXPROCS": "limits.cpu", "GOMEMLIMIT": "limits.memory"}
        return [
            *({"name": key, "value": value} for key, value in plain.items()),
            *({"name": key, "valueFrom": {"fieldRef": {"fieldPath": path}}} for key, path in fields.items()),
            *(
                {"name": key, "valueFrom": {"resourceFieldRef": {"resource": amount, "divisor": "1"}}}
                for key, amount in amounts.items()
            ),
        ]
