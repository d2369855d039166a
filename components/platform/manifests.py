"""What a chart rendered, made ready to be registered: checked, placed in a namespace, and put in order."""

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Any

from ..errors import UserError

HOOK = "helm.sh/hook"
WAIT_FOR = "pulumi.com/waitFor"
"""What Pulumi waits for before it goes on: https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/"""
_INJECTED = "cert-manager.io/inject-ca-from"
_INJECTION = "jsonpath={.webhooks[0].clientConfig.caBundle}"
"""A webhook without the certificate that it is asked by refuses everything, custom resources after it too."""
_CLUSTER_SCOPED = frozenset(
    {
        "APIService",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "MutatingWebhookConfiguration",
        "Namespace",
        "PersistentVolume",
        "PriorityClass",
        "RuntimeClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
    }
)


class Phase(IntEnum):
    """When an object is created; deletion goes the other way round."""

    DEFINITIONS = 0
    """CustomResourceDefinitions, before anything of their kinds."""
    BASE = 1
    """What pods need: accounts, roles, configuration, Services, certificates."""
    WORKLOADS = 2
    """What makes pods."""
    LAST = 3
    """Webhooks and custom resources: they need what answers them, or they would refuse their own creation."""


_PHASES = {
    "CustomResourceDefinition": Phase.DEFINITIONS,
    **dict.fromkeys(("CronJob", "DaemonSet", "Deployment", "Job", "StatefulSet"), Phase.WORKLOADS),
    **dict.fromkeys(
        ("APIService", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"),
        Phase.LAST,
    ),
}
_CERTIFICATES = "cert-manager.io"
"""Group of the custom resources whose outcome pods mount: they come before the pods, which would wait for them."""


def prepared(
    chart: str, objects: Sequence[Mapping[str, Any]], namespace: str, *, hooks_left_out: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return the objects that are to be created, each with its namespace where its kind has one.

    Hooks are steps of a Helm client, which never runs here: a hook that is not left out by name (`Job/migrate`) is
    a `UserError`, and so is a Namespace, which the platform makes itself.
    """
    scoped = _CLUSTER_SCOPED | {
        each["spec"]["names"]["kind"]
        for each in objects
        if each["kind"] == "CustomResourceDefinition" and each["spec"].get("scope") == "Cluster"
    }
    return [
        _placed(each, None if each["kind"] in scoped else namespace)
        for each in objects
        if not _is_left_out(chart, each, hooks_left_out)
    ]


def _is_left_out(chart: str, manifest: Mapping[str, Any], hooks_left_out: Sequence[str]) -> bool:
    name = f"{manifest['kind']}/{manifest['metadata']['name']}"
    if manifest["kind"] == "Namespace":
        raise UserError(f"the chart {chart} makes the {name}; switch it off in the values, the platform makes its own")
    if HOOK not in (manifest["metadata"].get("annotations") or {}):
        return False
    if name not in hooks_left_out:
        raise UserError(f"the chart {chart} has the hook {name}, which no Helm runs here; switch it off in the values")
    return True


def _placed(manifest: Mapping[str, Any], namespace: str | None) -> dict[str, Any]:
    metadata = {key: value for key, value in manifest["metadata"].items() if key != "namespace"}
    if namespace is not None:
        metadata["namespace"] = manifest["metadata"].get("namespace") or namespace
    annotations: Mapping[str, str] = metadata.get("annotations") or {}
    if any(key.startswith(_INJECTED) for key in annotations):
        metadata["annotations"] = {**annotations, WAIT_FOR: _INJECTION}
    return {**{key: value for key, value in manifest.items() if key != "status"}, "metadata": metadata}


def phases(objects: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Yield the objects of each phase in turn."""
    for phase in Phase:
        yield [each for each in objects if phase_of(each) is phase]


def phase_of(manifest: Mapping[str, Any]) -> Phase:
    """Return when an object is created; what Kubernetes does not know itself comes last, but for certificates."""
    group = manifest["apiVersion"].rpartition("/")[0]
    early = "." not in group or group.endswith(".k8s.io") or group == _CERTIFICATES
    return _PHASES.get(manifest["kind"], Phase.BASE if early else Phase.LAST)


def token(manifest: Mapping[str, Any]) -> str:
    """Return the type token that the Kubernetes SDK has for the object: `kubernetes:apps/v1:Deployment`."""
    version = manifest["apiVersion"]
    return f"kubernetes:{version if '/' in version else f'core/{version}'}:{manifest['kind']}"
