"""Linkerd as the platform runs it: the values of its three charts, and what the charts have no value for.

A network plugin puts the proxies into the way of the pods' calls, so that no pod of a tenant needs rights for it. Left
out: the heartbeat, which tells Linkerd's makers of the cluster each day, keys made by Helm (cert-manager makes them,
see `linkerd_mesh.py`), and a role that nothing has.
"""

from dataclasses import dataclass
from typing import Any

from ..tenancy.server_policy import OPAQUE_PORTS
from . import istio, versions
from .hardening import with_pod
from .rendering import Release

DEFINITIONS, CONTROL_PLANE, NODE_AGENT = "linkerd-crds", "linkerd-control-plane", "linkerd2-cni"
CHARTS = (DEFINITIONS, CONTROL_PLANE, NODE_AGENT)
COMPONENT_LABEL = "linkerd.io/control-plane-component"
NODE_AGENT_PODS = {"k8s-app": "linkerd-cni"}
IDENTITY_ISSUER, TRUST_ROOTS = "linkerd-identity-issuer", "linkerd-identity-trust-roots"
"""Secret that signs the pods' identities, and ConfigMap of what verifies them, under the names that the chart has."""
TRUST_KEY = "ca-bundle.crt"


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """A program of the control plane that the API server asks."""

    name: str
    """Name of its Service, without `linkerd-` before it."""
    component: str
    """Label of its pods."""
    port: int
    """Port of its pods."""


_INJECTOR = "proxyInjector"
WEBHOOKS = {
    _INJECTOR: Webhook(name="proxy-injector", component="proxy-injector", port=8443),
    "profileValidator": Webhook(name="sp-validator", component="destination", port=8443),
    "policyValidator": Webhook(name="policy-validator", component="destination", port=9443),
}
"""The webhooks, by the chart's values for them."""
_MADE_BY = "secure-clusters"
_INJECT = "linkerd.io/inject"
_IN_THE_MESH = {"key": _INJECT, "operator": "In", "values": ["enabled"]}
_NOT_KUBE_SYSTEM = {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["kube-system"]}
_UNUSED_ROLE = "ext-namespace-metadata-linkerd-config"
_OWN_ROLE = "remote-discovery"
"""Role of the destination controller in its own namespace."""
_LEASES = "leases"
_LEADER = {"apiGroups": ["coordination.k8s.io"], "resources": [_LEASES], "verbs": ["create", "get", "patch", "update"]}
"""The right to be the one of two that writes: the chart gives it for the leases of the whole cluster."""
_NODES = {
    istio.Nodes.GKE: {"destCNIBinDir": "/home/kubernetes/bin"},
    istio.Nodes.K3S: {
        "destCNINetDir": "/var/lib/rancher/k3s/agent/etc/cni/net.d",
        "destCNIBinDir": "/var/lib/rancher/k3s/data/cni",
    },
    istio.Nodes.MICROK8S: {
        "destCNINetDir": "/var/snap/microk8s/current/args/cni-network",
        "destCNIBinDir": "/var/snap/microk8s/current/opt/cni/bin",
    },
}
"""Where nodes keep network plugins in a place of their own; on OpenShift SELinux would be in the way."""


def webhook_secret(name: str) -> str:
    """Return the name of a webhook's certificate and Secret, as the chart has it."""
    return f"linkerd-{name}-k8s-tls"


def has_nodes(nodes: istio.Nodes | None) -> bool:
    """Return whether the network plugin is offered on such nodes."""
    return nodes is None or nodes in _NODES


def definitions(namespace: str, *, kubernetes: str) -> Release:
    """Return the definitions of Linkerd's kinds; those of the Gateway API aren't Linkerd's."""
    return Release(name=DEFINITIONS, namespace=namespace, values={"cliVersion": _MADE_BY}, kubernetes=kubernetes)


def node_agent(namespace: str, *, nodes: istio.Nodes | None, kubernetes: str) -> Release:
    """Return the network plugin."""
    pin = versions.charts()[NODE_AGENT].images["plugin"]
    values = {
        "cliVersion": _MADE_BY,
        "image": {"name": pin.repository, "version": _tag(NODE_AGENT, "plugin")},
        "resources": _amounts("100m", "128Mi"),
        **(_NODES[nodes] if nodes else {}),
    }
    return Release(name=NODE_AGENT, namespace=namespace, values=values, kubernetes=kubernetes)


def control_plane(namespace: str, *, trust_domain: str, cluster_domain: str, memory: str, kubernetes: str) -> Release:
    """Return the control plane: two replicas of each program, and what the proxy in each pod is given."""
    images = versions.charts()[CONTROL_PLANE].images
    controller, proxy = images["controller"], images["proxy"]
    small = _amounts("100m", "250Mi")
    values: dict[str, Any] = {
        "cliVersion": _MADE_BY,
        "linkerdVersion": controller.tag,
        "clusterDomain": cluster_domain,
        "identityTrustDomain": trust_domain,
        "controllerImage": controller.repository,
        "controllerImageVersion": _tag(CONTROL_PLANE, "controller"),
        "imagePullPolicy": "Always",
        "controllerReplicas": 2,
        "enablePodDisruptionBudget": True,
        "deploymentStrategy": {"rollingUpdate": {"maxUnavailable": 1, "maxSurge": "25%"}},
        "cniEnabled": True,
        "disableHeartBeat": True,
        "webhookFailurePolicy": "Fail",
        "proxy": {
            "image": {"name": proxy.repository, "version": _tag(CONTROL_PLANE, "proxy")},
            "defaultInboundPolicy": "deny",
            "opaquePorts": ",".join(str(port) for port in OPAQUE_PORTS),
            "capabilities": {"drop": ["ALL"]},
            "resources": small,
        },
        "destinationResources": _amounts("200m", memory),
        "identityResources": small,
        "proxyInjectorResources": small,
        "spValidatorResources": small,
        "policyController": {"resources": _amounts("200m", memory)},
        # No key is among the values: cert-manager writes it into the Secret of this name, and its root beside it.
        "identity": {"externalCA": True, "issuer": {"scheme": "kubernetes.io/tls"}},
        **_webhooks(namespace),
    }
    return Release(name=CONTROL_PLANE, namespace=namespace, values=values, kubernetes=kubernetes)


def _webhooks(namespace: str) -> dict[str, Any]:
    """Return the values of the webhooks, whose certificates cert-manager makes.

    While the injector is down no pod starts in the namespaces that it is asked about. They are those of the mesh: not
    its own, and not cert-manager's, which it needs to start. It is asked about every pod there: by the labels that the
    chart leaves out, a pod would leave the mesh.
    """
    asked = {key: [_NOT_KUBE_SYSTEM] for key in WEBHOOKS} | {_INJECTOR: [_IN_THE_MESH, _NOT_KUBE_SYSTEM]}
    return {
        key: {
            "externalSecret": True,
            "injectCaFrom": f"{namespace}/{webhook_secret(webhook.name)}",
            "namespaceSelector": {"matchExpressions": asked[key]},
            **({"objectSelector": {"matchExpressions": []}} if key == _INJECTOR else {}),
        }
        for key, webhook in WEBHOOKS.items()
    }


def _tag(chart: str, image: str) -> str:
    """Return the tag of an image, as these charts know no digest: it stands behind the tag where it is known."""
    pin = versions.charts()[chart].images[image]
    return f"{pin.tag}@{pin.digest}" if pin.digest else pin.tag


def _amounts(cpu: str, memory: str) -> dict[str, Any]:
    amounts = {"cpu": cpu, "memory": memory, "ephemeral-storage": "64Mi"}
    return {name: {"request": amount, "limit": amount} for name, amount in amounts.items()}


def adjusted(manifest: dict[str, Any]) -> dict[str, Any] | None:
    """Return an object of a chart with less than the chart gives it; None where it is left out."""
    match manifest["kind"], manifest["metadata"]["name"]:
        case "Role", name if name == _UNUSED_ROLE:
            return None
        case "ClusterRole", _:
            return {
                **manifest,
                "rules": [_narrowed(rule) for rule in manifest["rules"] if _LEASES not in rule["resources"]],
            }
        case "Role", name if name == _OWN_ROLE:
            return {**manifest, "rules": [*manifest["rules"], _LEADER]}
        case "DaemonSet", _:
            return _with_plugin(manifest)
        case "Deployment", _:
            return _with_limited_volumes(manifest)
        case _:
            return manifest


def _narrowed(rule: dict[str, Any]) -> dict[str, Any]:
    """Return a rule without what workloads outside the cluster would need, which nothing here makes."""
    return {**rule, "verbs": ["get", "list", "watch"]} if rule["resources"] == ["endpointslices"] else rule


def _with_plugin(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the network plugin as the user who owns the node's folders, and without taking itself out of the mesh.

    Its namespace isn't in the mesh, and the annotation is refused. It needs no capability, and no group of root's.
    """
    changed = _with_limited_volumes(manifest)
    template = changed["spec"]["template"]
    pod = template["spec"]
    context = {**pod["securityContext"], "runAsUser": 0, "runAsNonRoot": False}
    annotations = {key: value for key, value in template["metadata"]["annotations"].items() if key != _INJECT}
    metadata = {**template["metadata"], "annotations": annotations}
    template = {**template, "metadata": metadata, "spec": {**pod, "securityContext": context}}
    return {**changed, "spec": {**changed["spec"], "template": template}}


def _with_limited_volumes(manifest: dict[str, Any]) -> dict[str, Any]:
    pod = manifest["spec"]["template"]["spec"]
    volumes = [
        {**each, "emptyDir": {**each["emptyDir"], "sizeLimit": "16Mi"}} if "emptyDir" in each else each
        for each in pod["volumes"]
    ]
    return with_pod(manifest, {**pod, "volumes": volumes})
