"""The command lines of the local control plane: the product's hardened flags, and what only this machine needs.

The hardened part is the product's own (`components.existing.hardening`), which the kubeadm configuration is
generated from too, so that a real API server proves it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from components.existing.hardening import Component, local_arguments

from . import pki, ports
from .workspace import Workspace

SERVICE_RANGE = "10.96.0.0/16"

ETCD, API_SERVER, CONTROLLER_MANAGER = "etcd", "kube-apiserver", "kube-controller-manager"
ETCD_PEER = "etcd-peer"
PORTS = (ETCD, ETCD_PEER, API_SERVER, CONTROLLER_MANAGER)
"""What listens, all of it on 127.0.0.1."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where a control plane keeps its files and listens."""

    workspace: Workspace
    keys: pki.Pki
    ports: Mapping[str, int]
    files: Mapping[str, str]
    """Placeholder of `hardening.yaml` -> configuration file."""

    @property
    def etcd_url(self) -> str:
        """Address of etcd's clients, with TLS."""
        return f"https://{ports.LOOPBACK}:{self.ports[ETCD]}"

    @property
    def server_url(self) -> str:
        """Address of the API server."""
        return f"https://{ports.LOOPBACK}:{self.ports[API_SERVER]}"

    @property
    def controller_manager_kubeconfig(self) -> Path:
        """Kubeconfig of the controller manager's own identity."""
        return self.workspace.state / "control-plane" / "controller-manager.kubeconfig"


def etcd(layout: Layout) -> dict[str, str]:
    """Return etcd's flags: TLS with client certificates on both ports, nothing but 127.0.0.1."""
    peer_url = f"https://{ports.LOOPBACK}:{layout.ports[ETCD_PEER]}"
    certificate, key = str(layout.keys.certificate("etcd")), str(layout.keys.key("etcd"))
    authority = str(layout.keys.certificate("etcd-ca"))
    return _hardened(Component.ETCD) | {
        "name": "local",
        "data-dir": str(layout.workspace.folder("etcd")),
        "listen-client-urls": layout.etcd_url,
        "advertise-client-urls": layout.etcd_url,
        "listen-peer-urls": peer_url,
        "initial-advertise-peer-urls": peer_url,
        "initial-cluster": f"local={peer_url}",
        "cert-file": certificate,
        "key-file": key,
        "trusted-ca-file": authority,
        "peer-cert-file": certificate,
        "peer-key-file": key,
        "peer-trusted-ca-file": authority,
        "peer-client-cert-auth": "true",
    }


def api_server(layout: Layout) -> dict[str, str]:
    """Return the API server's flags."""
    keys = layout.keys
    files = {**layout.files, "audit_log": str(layout.workspace.folder("logs") / "audit.log")}
    return _hardened(Component.API_SERVER, files) | {
        "bind-address": ports.LOOPBACK,
        "advertise-address": ports.LOOPBACK,
        "secure-port": str(layout.ports[API_SERVER]),
        "etcd-servers": layout.etcd_url,
        "etcd-cafile": str(keys.certificate("etcd-ca")),
        "etcd-certfile": str(keys.certificate("etcd-client")),
        "etcd-keyfile": str(keys.key("etcd-client")),
        "tls-cert-file": str(keys.certificate("api-server")),
        "tls-private-key-file": str(keys.key("api-server")),
        "client-ca-file": str(keys.certificate("ca")),
        "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
        "service-account-key-file": str(keys.service_account_public_key),
        "service-account-signing-key-file": str(keys.key("service-account")),
        "service-cluster-ip-range": SERVICE_RANGE,
        # Privileged pods must be refused by Pod Security, not because the API server knows none at all.
        "allow-privileged": "true",
        # There is no load balancer that has to notice before the server stops.
        "shutdown-delay-duration": "0s",
        # The address is a port of 127.0.0.1 and of no use to pods, which there are none of.
        "endpoint-reconciler-type": "none",
    }


def controller_manager(layout: Layout) -> dict[str, str]:
    """Return the controller manager's flags; it serves its health and nothing else without credentials."""
    return _hardened(Component.CONTROLLER_MANAGER) | {
        "kubeconfig": str(layout.controller_manager_kubeconfig),
        "service-account-private-key-file": str(layout.keys.key("service-account")),
        "root-ca-file": str(layout.keys.certificate("ca")),
        "secure-port": str(layout.ports[CONTROLLER_MANAGER]),
        "tls-cert-file": str(layout.keys.certificate("controller-manager")),
        "tls-private-key-file": str(layout.keys.key("controller-manager")),
        # One instance; a lease would make it wait 15 seconds for its killed predecessor.
        "leader-elect": "false",
        # Deleting a namespace asks for each kind of object in it; at the default of 20 requests a second a
        # hundred namespaces take minutes to go.
        "kube-api-qps": "500",
        "kube-api-burst": "1000",
        "concurrent-namespace-syncs": "40",
    }


def arguments(flags: Mapping[str, str]) -> list[str]:
    """Return flags as a command line."""
    return [f"--{flag}={value}" for flag, value in flags.items()]


def _hardened(component: Component, files: Mapping[str, str] | None = None) -> dict[str, str]:
    return {argument.flag: str(argument.value) for argument in local_arguments(component, files or {})}
