"""The text of a hardened kubeadm configuration: every hardened line under a comment with its reason.

Pure functions; the same arguments give the same text. Format: kubeadm.k8s.io/v1beta4,
https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/
"""

import json
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import yaml

from . import hardening
from .hardening import Argument, Component, Document

NODE_DIRECTORY = "/etc/kubernetes/secure-clusters"
"""Where the files of the API server lie on each control plane node; only the API server mounts it."""

AUDIT_LOG_DIRECTORY = "/var/log/kubernetes/audit"

_PATHS: Mapping[str, str] = {
    "authentication_config": f"{NODE_DIRECTORY}/authentication.yaml",
    "admission_config": f"{NODE_DIRECTORY}/admission.yaml",
    "encryption_config": f"{NODE_DIRECTORY}/encryption.yaml",
    "audit_policy": f"{NODE_DIRECTORY}/audit-policy.yaml",
    "audit_log": f"{AUDIT_LOG_DIRECTORY}/audit.log",
    "kubelet_ca": "/etc/kubernetes/pki/ca.crt",
}

_COMMENT_WIDTH = 108

SYSCTL = """\
# Kernel settings that the kubelet demands with protectKernelDefaults; it refuses to start with others.
# Install as /etc/sysctl.d/90-kubelet.conf on every node, then run: sysctl --system
# Source: pkg/kubelet/cm/container_manager_linux.go, setupKernelTunables, of Kubernetes 1.37
vm.overcommit_memory = 1
vm.panic_on_oom = 0
kernel.panic = 10
kernel.panic_on_oops = 1
kernel.keys.root_maxkeys = 1000000
kernel.keys.root_maxbytes = 25000000
"""


@dataclass(frozen=True, kw_only=True)
class ClusterFacts:
    """What differs from cluster to cluster; checked by whoever makes it."""

    name: str
    endpoint: str
    """`host:port` of the control plane, a load balancer where there are several nodes."""
    pod_cidr: str
    service_cidr: str
    kubernetes_version: str
    """Such as `v1.37.2`."""


def kubeadm(cluster: ClusterFacts) -> str:
    """Return `kubeadm.yaml`: ClusterConfiguration, InitConfiguration and KubeletConfiguration."""
    documents = (_cluster_configuration(cluster), _INIT, _kubelet_configuration())
    return _header(cluster) + "---\n".join(documents)


def join(cluster: ClusterFacts) -> str:
    """Return `kubeadm-join.yaml`: how a node joins without an anonymous request.

    Discovery by token reads a ConfigMap anonymously, which this control plane refuses; kubeadm would
    try until its timeout. A discovery file that holds the bootstrap token asks nothing anonymously.
    https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-join/#file-or-https-based-discovery
    """
    return f"""\
# For `kubeadm join --config kubeadm-join.yaml`, run in a folder that holds discovery.conf. Anonymous requests
# are refused, so discovery by token alone fails. Make discovery.conf on a control plane node, copy it to the
# new node and delete it afterwards:
#   export KUBECONFIG=discovery.conf; umask 077
#   kubectl config set-cluster {cluster.name} --server=https://{cluster.endpoint} \\
#     --certificate-authority=/etc/kubernetes/pki/ca.crt --embed-certs
#   kubectl config set-credentials bootstrap \\
#     --token="$(KUBECONFIG=/etc/kubernetes/admin.conf kubeadm token create --ttl 1h)"
#   kubectl config set-context bootstrap --cluster={cluster.name} --user=bootstrap
#   kubectl config use-context bootstrap
# Then approve the node's serving certificate: kubectl get csr; kubectl certificate approve NAME
# A further control plane node needs {NODE_DIRECTORY} from the first, before it joins.
apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
discovery:
  file:
    kubeConfigPath: discovery.conf
"""


def audit_policy() -> str:
    """Return `audit-policy.yaml`, each rule under its reason."""
    head = {key: value for key, value in hardening.audit_policy().items() if key != "rules"}
    rules = "".join(f"{_comment(entry.reason)}{_dump([entry.rule])}" for entry in hardening.audit_rules())
    return f"{_dump(head)}# The first rule that matches a request decides.\nrules:\n{rules}"


def authentication() -> str:
    """Return `authentication.yaml`."""
    reason = "Anonymous requests reach the health paths, which probes ask without credentials, and nothing else."
    return _comment(reason) + _dump(hardening.authentication_configuration())


def admission() -> str:
    """Return `admission.yaml`."""
    reason = (
        "Namespaces without Pod Security labels get baseline; kube-system is exempt because the kubelet "
        "can't register kubeadm's own pods otherwise. Events are limited per namespace."
    )
    return _comment(reason) + _dump(hardening.admission_configuration())


def encryption(key: bytes) -> str:
    """Return `encryption.yaml`, which holds the key in the clear."""
    reason = (
        "SECRET: whoever has this file and a copy of etcd reads every Secret; without it nobody does. "
        "Keep it at mode 0600, with a copy in a vault and never next to the backups of etcd. Every control "
        "plane node needs the same file. Where there is a KMS, its kms provider (v2) is better than a key file."
    )
    return _comment(reason) + _dump(hardening.encryption_configuration(key))


def _header(cluster: ClusterFacts) -> str:
    return f"""\
# Hardened kubeadm configuration of the cluster {cluster.name}. On the first control plane node:
#   install -d -m 0700 {NODE_DIRECTORY}
#   install -m 0600 authentication.yaml admission.yaml audit-policy.yaml encryption.yaml {NODE_DIRECTORY}
#   install -m 0644 90-kubelet.conf /etc/sysctl.d && sysctl --system    (on every node)
#   kubeadm init --config kubeadm.yaml
# Then approve the kubelet's serving certificate (kubectl logs and exec work only after that):
#   kubectl get csr; kubectl certificate approve NAME
"""


def _cluster_configuration(cluster: ClusterFacts) -> str:
    return f"""\
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
clusterName: {_scalar(cluster.name)}
kubernetesVersion: {_scalar(cluster.kubernetes_version)}
controlPlaneEndpoint: {_scalar(cluster.endpoint)}
networking:
  podSubnet: {_scalar(cluster.pod_cidr)}
  serviceSubnet: {_scalar(cluster.service_cidr)}
apiServer:
{_extra_args(Component.API_SERVER, indent=2)}\
  extraVolumes:
  # The files below must be there before kubeadm init: an empty directory would hide that they are missing.
  - name: secure-clusters
    hostPath: {NODE_DIRECTORY}
    mountPath: {NODE_DIRECTORY}
    readOnly: true
    pathType: Directory
  - name: audit-log
    hostPath: {AUDIT_LOG_DIRECTORY}
    mountPath: {AUDIT_LOG_DIRECTORY}
    pathType: DirectoryOrCreate
controllerManager:
{_extra_args(Component.CONTROLLER_MANAGER, indent=2)}\
scheduler:
{_extra_args(Component.SCHEDULER, indent=2)}\
etcd:
  local:
    dataDir: /var/lib/etcd
{_extra_args(Component.ETCD, indent=4)}"""


_INIT = """\
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
bootstrapTokens:
# kubeadm init always makes a bootstrap token; this one dies after an hour instead of a day.
- ttl: "1h0m0s"
"""


def _extra_args(component: Component, *, indent: int) -> str:
    lines = "".join(
        f"{_comment(argument.reason)}- name: {argument.flag}\n  value: {_scalar(argument.value)}\n"
        for argument in hardening.arguments(component, _PATHS)
    )
    return textwrap.indent(f"extraArgs:\n{lines}", " " * indent)


def _kubelet_configuration() -> str:
    fields = _fields((argument.flag, argument) for argument in hardening.arguments(Component.KUBELET, _PATHS))
    return f"apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n{fields}"


def _fields(arguments: Iterable[tuple[str, Argument]]) -> str:
    """Return nested fields: `a.b` and `a.c` stand under one `a`, in the order of their first member."""
    groups: dict[str, list[tuple[str, Argument]]] = {}
    for path, argument in arguments:
        field, _, rest = path.partition(".")
        groups.setdefault(field, []).append((rest, argument))
    return "".join(_field(field, members) for field, members in groups.items())


def _field(field: str, members: list[tuple[str, Argument]]) -> str:
    rest, argument = members[0]
    if rest:
        return f"{field}:\n{textwrap.indent(_fields(members), '  ')}"
    return f"{_comment(argument.reason)}{field}: {_scalar(argument.value)}\n"


def _comment(text: str) -> str:
    return textwrap.fill(text, _COMMENT_WIDTH, initial_indent="# ", subsequent_indent="# ") + "\n"


def _scalar(value: object) -> str:
    """JSON scalars are YAML scalars, and quoted text can't be read as another type."""
    return json.dumps(value)


def _dump(document: Document | list[Document]) -> str:
    return yaml.safe_dump(document, sort_keys=False)
