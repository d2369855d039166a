"""The hardened control plane: its flags and its configuration files, each part with its reason.

The data is `hardening.yaml` and `audit_rules.yaml` beside this file. The kubeadm generator and the
local control plane read it here, so a real API server proves what the generator writes.

It deliberately sets no certificate, address or storage path: those belong to whoever starts the server.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypedDict, cast

from .. import data_file

Document = dict[str, object]
"""A YAML document, ready for `yaml.safe_dump`."""

ENCRYPTION_KEY_BYTES = 32
"""Length of a secretbox key: https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/"""

HEALTH_PATHS = ("/livez", "/readyz", "/healthz")
"""The only paths that answer without credentials; kubeadm's probes and load balancers ask them."""


class Component(StrEnum):
    """The parts of a control plane and of a node; each is a section of `hardening.yaml`."""

    API_SERVER = "api_server"
    CONTROLLER_MANAGER = "controller_manager"
    SCHEDULER = "scheduler"
    ETCD = "etcd"
    KUBELET = "kubelet"


@dataclass(frozen=True, kw_only=True)
class Argument:
    """One hardened setting."""

    flag: str
    """Flag without dashes; for the kubelet the field path in KubeletConfiguration, such as `a.b.c`."""
    value: str | int | bool
    """Always text for a flag; typed for the kubelet."""
    reason: str
    """One sentence: what goes wrong without it."""
    source: str
    """URL of the advice or of the meaning."""
    local: bool = True
    """Whether it makes sense without a node and with a single member of etcd."""

    @property
    def command_line(self) -> str:
        """The setting as a program takes it: `--flag=value`."""
        return f"--{self.flag}={self.value}"


@dataclass(frozen=True, kw_only=True)
class AuditRule:
    """One rule of the audit policy."""

    reason: str
    """One sentence: why these requests are recorded this way."""
    rule: Document
    """The rule as audit.k8s.io/v1 has it."""


class _Entry(TypedDict, total=False):
    flag: str
    value: str | int | bool
    reason: str
    source: str
    local: bool


def _read(name: str) -> object:
    return data_file.read(Path(__file__).parent / name)


@cache
def _settings() -> Mapping[Component, tuple[Argument, ...]]:
    sections = cast("dict[str, list[_Entry]]", _read("hardening.yaml"))
    return {Component(name): tuple(Argument(**entry) for entry in entries) for name, entries in sections.items()}


@cache
def audit_rules() -> tuple[AuditRule, ...]:
    """Return the rules of the audit policy in their order: the first that matches decides."""
    entries = cast("list[dict[str, object]]", _read("audit_rules.yaml"))
    return tuple(AuditRule(reason=str(entry["reason"]), rule=cast("Document", entry["rule"])) for entry in entries)


def arguments(component: Component, paths: Mapping[str, str]) -> list[Argument]:
    """Return the hardened settings of a component, its placeholders filled in from `paths`.

    The API server takes `authentication_config`, `admission_config`, `encryption_config`, `audit_policy`,
    `audit_log` and `kubelet_ca`; the others take none. Raises KeyError where one is missing.
    """
    return [_filled(argument, paths) for argument in _settings()[component]]


def local_arguments(component: Component, paths: Mapping[str, str]) -> list[Argument]:
    """Return the settings that make sense on a control plane without nodes; `kubelet_ca` isn't needed."""
    return [_filled(argument, paths) for argument in _settings()[component] if argument.local]


def _filled(argument: Argument, paths: Mapping[str, str]) -> Argument:
    if not isinstance(argument.value, str):
        return argument
    return Argument(
        flag=argument.flag,
        value=argument.value.format_map(paths),
        reason=argument.reason,
        source=argument.source,
        local=argument.local,
    )


def audit_policy() -> Document:
    """Return the audit policy: credentials by metadata only, changes of rights whole, no noise."""
    return {
        "apiVersion": "audit.k8s.io/v1",
        "kind": "Policy",
        "omitStages": ["RequestReceived"],
        "omitManagedFields": True,
        "rules": [entry.rule for entry in audit_rules()],
    }


def authentication_configuration() -> Document:
    """Return the configuration that lets anonymous requests reach the health paths and nothing else.

    https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-authenticator-configuration
    """
    return {
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "AuthenticationConfiguration",
        "anonymous": {"enabled": True, "conditions": [{"path": path} for path in HEALTH_PATHS]},
    }


def admission_configuration() -> Document:
    """Return the configuration of the admission plugins: Pod Security's defaults and the event rates.

    `kube-system` is exempt from Pod Security: the kubelet can't register kubeadm's static pods otherwise.
    Only the platform team may create pods there.
    """
    pod_security: Document = {
        "apiVersion": "pod-security.admission.config.k8s.io/v1",
        "kind": "PodSecurityConfiguration",
        "defaults": {
            "enforce": "baseline",
            "enforce-version": "latest",
            "audit": "restricted",
            "audit-version": "latest",
            "warn": "restricted",
            "warn-version": "latest",
        },
        "exemptions": {"namespaces": ["kube-system"]},
    }
    event_rate_limit: Document = {
        "apiVersion": "eventratelimit.admission.k8s.io/v1alpha1",
        "kind": "Configuration",
        "limits": [{"type": "Namespace", "qps": 50, "burst": 200, "cacheSize": 2000}],
    }
    return {
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "AdmissionConfiguration",
        "plugins": [
            {"name": "PodSecurity", "configuration": pod_security},
            {"name": "EventRateLimit", "configuration": event_rate_limit},
        ],
    }


def encryption_configuration(key: bytes) -> Document:
    """Return the configuration that encrypts Secrets and ConfigMaps in etcd with `key`, 32 random bytes.

    There is no `identity` provider: what was written to etcd in the clear, past the API server, is not
    believed. A cluster that already holds unencrypted Secrets needs it as the last provider until all
    are rewritten. Raises ValueError for a key of another length.

    https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/
    """
    if len(key) != ENCRYPTION_KEY_BYTES:
        raise ValueError(f"the key must be {ENCRYPTION_KEY_BYTES} bytes long")
    secret = base64.b64encode(key).decode()
    return {
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "EncryptionConfiguration",
        "resources": [
            {
                "resources": ["secrets", "configmaps"],
                "providers": [{"secretbox": {"keys": [{"name": "key-1", "secret": secret}]}}],
            }
        ],
    }
