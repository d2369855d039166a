"""Falco as the platform runs it: the modern eBPF probe with the capabilities that it needs and no more.

Left out: what would be downloaded at run time (rules, plugins, drivers), the host's boot folder and kernel modules,
and every right in the API server: pods and namespaces are known from the container runtime.
"""

from typing import Any

from . import detections, versions
from .hardening import without_token
from .rendering import Release

CHART = "falco"
PODS = {"app.kubernetes.io/name": CHART}
"""Labels of its pods."""


def release(namespace: str, *, sink: str, rules: str, memory: str, kubernetes: str) -> Release:
    """Return what is rendered: a pod on each node that sends what it sees to `sink`, an address."""
    return Release(name=CHART, namespace=namespace, values=_values(sink, rules, memory), kubernetes=kubernetes)


def _values(sink: str, rules: str, memory: str) -> dict[str, Any]:
    image = versions.charts()[CHART].images["falco"]
    registry, _, repository = image.repository.partition("/")
    amounts = {"cpu": "500m", "memory": memory, "ephemeral-storage": "128Mi"}
    off = {"enabled": False}
    return {
        "image": {
            "registry": registry,
            "repository": repository,
            "tag": f"{image.tag}@{image.digest}" if image.digest else image.tag,
        },
        "resources": {"requests": amounts, "limits": amounts},
        # The probe needs its capabilities in force, and those are the user root's.
        "podSecurityContext": {"runAsUser": 0, "runAsNonRoot": False},
        "driver": {
            "kind": "modern_ebpf",
            "loader": off,
            "modernEbpf": {"leastPrivileged": True},
        },
        "collectors": {
            "kubernetes": off,
            "containerEngine": {"engines": dict.fromkeys(("docker", "podman", "lxc", "libvirt_lxc", "bpm"), off)},
        },
        "falcoctl": {"artifact": {"install": off, "follow": off}},
        "serviceMonitor": {"create": False},
        "rbac": {"create": False},
        "scc": {"create": False},
        "customRules": {"secure-clusters.yaml": rules},
        "falco": {
            "rules_files": ["/etc/falco/rules.d"],
            "watch_config_files": False,
            "json_output": True,
            "priority": "notice",
            "http_output": {"enabled": True, "url": sink},
            "syslog_output": off,
        },
    }


_NOT_NEEDED = frozenset({"boot-fs", "lib-modules", "usr-fs"})
"""Volumes of the node that a probe compiled on it would need; the modern one is part of the program."""


def adjusted(manifest: dict[str, Any]) -> dict[str, Any] | None:
    """Return an object of the chart with less than the chart gives it."""
    if manifest["kind"] != "DaemonSet":
        return manifest
    spec = without_token(manifest)["spec"]
    template = spec["template"]
    pod = template["spec"]
    volumes = [_limited(each) for each in pod["volumes"] if each["name"] not in _NOT_NEEDED]
    containers = [_container(each) for each in pod["containers"]]
    changed = {**pod, "volumes": volumes, "containers": containers}
    metadata = template["metadata"]
    # The annotation says what the field of the same meaning does not: no AppArmor profile at all.
    annotations = {key: value for key, value in metadata["annotations"].items() if "apparmor" not in key}
    return {
        **manifest,
        "spec": {**spec, "template": {"metadata": {**metadata, "annotations": annotations}, "spec": changed}},
    }


def _limited(volume: dict[str, Any]) -> dict[str, Any]:
    return {**volume, "emptyDir": {"sizeLimit": "16Mi"}} if "emptyDir" in volume else volume


def _container(container: dict[str, Any]) -> dict[str, Any]:
    mounts = [
        each if each["name"] == "root-falco-fs" else {**each, "readOnly": True}
        for each in container["volumeMounts"]
        if each["name"] not in _NOT_NEEDED
    ]
    context = container["securityContext"]
    capabilities = {**context.get("capabilities", {}), "drop": ["ALL"]}
    return {**container, "volumeMounts": mounts, "securityContext": {**context, "capabilities": capabilities}}


def rules(disabled: tuple[str, ...]) -> str:
    """Return the reviewed rules on system calls, without those that are disabled."""
    return detections.rendered(detections.SYSTEM_CALLS, disabled=disabled)
