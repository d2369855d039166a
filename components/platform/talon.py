"""Falco Talon as the platform runs it: what it answers an event with, by which rights, and what it may never do.

Its rights are those of two actions, a label on a pod and the end of a pod, and no others. What it does with them is
limited by the API server and not by itself: see `limits`.
"""

from enum import StrEnum
from typing import Any, Final

import yaml

from ..naming import annotation
from ..tenancy.network_policy import ISOLATED
from . import detections, versions
from .rendering import Release
from .service import TENANT

CHART = "falco-talon"
PORT = 2803
PODS = {"app.kubernetes.io/name": CHART}
"""Labels of its pods."""
_VERSION = "app.kubernetes.io/version"
LIMITS: Final = "secure-clusters-response-limits"
"""Name of the admission policy that holds it."""
_WHOLE_WORKLOAD: Final = "50%"
"""Healthy replicas that a workload keeps; below, nothing of it is ended."""
_WINDOW_SECONDS: Final = 300
"""Time in which the same event of the same pod is answered once."""
_CHECKSUM = "secret-checksum"
"""Annotation that differs each time the chart is rendered without a cluster."""


class Response(StrEnum):
    """What a compromised pod is answered with."""

    OBSERVE = "observe"
    """Nothing: what would be done is recorded as an event; the default, to be left once the record is right."""
    ISOLATE = "isolate"
    """The pod is labelled, which takes every flow from it, and stays for whoever investigates; needs a waiver."""
    TERMINATE = "terminate"
    """The pod is isolated and ended, where its workload keeps half of its replicas; needs a waiver."""


def release(namespace: str, *, response: Response, kubernetes: str) -> Release:
    """Return what is rendered: two replicas, of which one answers."""
    return Release(name=CHART, namespace=namespace, values=_values(response), kubernetes=kubernetes)


def _values(response: Response) -> dict[str, Any]:
    image = versions.charts()[CHART].images["talon"]
    registry, _, repository = image.repository.partition("/")
    amounts = {"cpu": "200m", "memory": "128Mi", "ephemeral-storage": "64Mi"}
    none: dict[str, list[str]] = {name: [] for name in _RIGHTS_OF_THE_CHART}
    return {
        "replicaCount": 2,
        "image": {
            "registry": registry,
            "repository": repository,
            "tag": f"{image.tag}@{image.digest}" if image.digest else image.tag,
        },
        "podSecurityContext": {"runAsUser": 65532, "fsGroup": 65532},
        "resources": {"requests": amounts, "limits": amounts},
        "rbac": {**none, **_rights(response)},
        "config": {
            "rulesOverride": rules(response),
            "deduplication": {"leaderElection": True, "timeWindowSeconds": _WINDOW_SECONDS},
        },
    }


_RIGHTS_OF_THE_CHART = (
    "namespaces",
    "podsEphemeralcontainers",
    "nodes",
    "podsLog",
    "podsExec",
    "podsEviction",
    "daemonsets",
    "deployments",
    "statefulsets",
    "networkpolicies",
    "caliconetworkpolicies",
    "ciliumnetworkpolicies",
    "roles",
    "clusterroles",
    "configmaps",
    "secrets",
    "leases",
)
"""Rights that the chart would give for actions that are not used."""


def _rights(response: Response) -> dict[str, list[str]]:
    reads = {"pods": ["get", "list"], "replicasets": ["get"], "events": ["create", "patch"]}
    acts = {
        Response.OBSERVE: [],
        Response.ISOLATE: ["patch"],
        Response.TERMINATE: ["patch", "delete"],
    }
    return {**reads, "pods": [*reads["pods"], *acts[response]]}


def rules(response: Response) -> str:
    """Return its rules as text: which events it answers, in whose namespaces, and how."""
    isolate = {
        "action": "Isolate the pod",
        "actionner": "kubernetes:label",
        "parameters": {"labels": {ISOLATED: "runtime-detection"}},
    }
    terminate = {
        "action": "End the pod",
        "actionner": "kubernetes:terminate",
        "parameters": {
            "grace_period_seconds": 5,
            "ignore_daemonsets": True,
            "ignore_statefulsets": True,
            "ignore_standalone_pods": True,
            "min_healthy_replicas": _WHOLE_WORKLOAD,
        },
    }
    actions = [isolate, terminate] if response is Response.TERMINATE else [isolate]
    rule = {
        "rule": "A pod is compromised",
        "description": "Isolate, and end where that is chosen, what an urgent rule has seen in a tenant's pod.",
        "match": {
            "rules": list(detections.urgent(detections.SYSTEM_CALLS)),
            "priority": ">=Critical",
            "output_fields": ["k8s.ns.name!=kube-system, k8s.ns.name!=kube-public, k8s.ns.name!=kube-node-lease"],
        },
        # Talon reads text here, no boolean.
        "dry_run": "true" if response is Response.OBSERVE else "false",
        "actions": [{"action": each["action"]} for each in actions],
    }
    return yaml.safe_dump([*actions, rule], sort_keys=False)


def adjusted(manifest: dict[str, Any]) -> dict[str, Any] | None:
    """Return an object of the chart with what the chart has no value for."""
    metadata = _with_valid_labels(manifest["metadata"])
    match manifest["kind"]:
        case "ClusterRole" | "ClusterRoleBinding":
            return {**manifest, "metadata": {key: value for key, value in metadata.items() if key != "namespace"}}
        case "Deployment":
            return _with_stable_annotations({**manifest, "metadata": metadata})
        case _:
            return {**manifest, "metadata": metadata}


def _with_valid_labels(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return metadata whose label of the version, for which the chart takes the tag, holds no digest."""
    labels = dict(metadata.get("labels") or {})
    if _VERSION in labels:
        labels[_VERSION] = labels[_VERSION].partition("@")[0]
    return {**metadata, **({"labels": labels} if labels else {})}


def leases(namespace: str) -> list[dict[str, Any]]:
    """Return the role, and its binding, by which its replicas choose the one that answers: in its own namespace."""
    group = "rbac.authorization.k8s.io"
    metadata = {"name": f"{CHART}-leases", "namespace": namespace}
    rule = {
        "apiGroups": ["coordination.k8s.io"],
        "resources": ["leases"],
        "verbs": ["create", "get", "patch", "update", "watch"],
    }
    return [
        {"apiVersion": f"{group}/v1", "kind": "Role", "metadata": metadata, "rules": [rule]},
        {
            "apiVersion": f"{group}/v1",
            "kind": "RoleBinding",
            "metadata": metadata,
            "roleRef": {"apiGroup": group, "kind": "Role", "name": metadata["name"]},
            "subjects": [{"kind": "ServiceAccount", "name": CHART, "namespace": namespace}],
        },
    ]


def _with_stable_annotations(manifest: dict[str, Any]) -> dict[str, Any]:
    spec = manifest["spec"]
    template = spec["template"]
    metadata = template["metadata"]
    annotations: dict[str, str] = metadata.get("annotations") or {}
    kept = {key: value for key, value in annotations.items() if key != _CHECKSUM}
    return {**manifest, "spec": {**spec, "template": {**template, "metadata": {**metadata, "annotations": kept}}}}


def limits(namespace: str, response: Response) -> list[dict[str, Any]]:
    """Return the admission policy, and its binding, that hold what it writes to what was chosen.

    Whoever takes it over is held as well: it changes nothing outside the namespaces of tenants, of a pod only the
    one label, and in a dry run nothing at all. It judges the one account, so that nobody else waits for it.
    """
    return [_policy(namespace, response), _binding()]


_UNCHANGED = (
    "object.spec == oldObject.spec",
    "object.metadata.?annotations == oldObject.metadata.?annotations",
    "object.metadata.?ownerReferences == oldObject.metadata.?ownerReferences",
    "object.metadata.?finalizers == oldObject.metadata.?finalizers",
    f"object.metadata.?labels.orValue({{}}).all(k, k == '{ISOLATED}' || "
    "oldObject.metadata.?labels[?k] == optional.of(object.metadata.labels[k]))",
    "oldObject.metadata.?labels.orValue({}).all(k, k in object.metadata.?labels.orValue({}))",
)
"""What holds where an update of a pod set the one label and nothing else."""


def _policy(namespace: str, response: Response) -> dict[str, Any]:
    account = f"system:serviceaccount:{namespace}:{CHART}"
    label = annotation("tenant")
    isolates = "(request.operation == 'UPDATE' && variables.onlyIsolates)"
    acts = {
        Response.OBSERVE: "false",
        Response.ISOLATE: isolates,
        Response.TERMINATE: f"{isolates} || request.operation == 'DELETE'",
    }
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": LIMITS, "labels": {annotation("response"): response.value}},
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": {
                "resourceRules": [
                    {
                        "apiGroups": ["*"],
                        "apiVersions": ["*"],
                        "resources": ["*/*"],
                        "operations": ["CREATE", "UPDATE", "DELETE", "CONNECT"],
                    }
                ]
            },
            "matchConditions": [{"name": "the-account", "expression": f"request.userInfo.username == '{account}'"}],
            "variables": [
                {
                    "name": "ofTenant",
                    "expression": f"namespaceObject.metadata.?labels[?'{label}'].orValue('{TENANT}') != '{TENANT}'",
                },
                {"name": "onlyIsolates", "expression": " && ".join(_UNCHANGED)},
                {
                    "name": "records",
                    "expression": "request.resource.resource == 'events' || (request.resource.resource == 'leases' "
                    f"&& request.namespace == '{namespace}')",
                },
            ],
            "validations": [
                {
                    "expression": "variables.records || (request.resource.group == '' && request.resource.resource == "
                    f"'pods' && !has(request.subResource) && variables.ofTenant && ({acts[response]}))",
                    "message": f"the response may not do this; it is set to {response}",
                }
            ],
        },
    }


def _binding() -> dict[str, Any]:
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": LIMITS},
        "spec": {"policyName": LIMITS, "validationActions": ["Deny", "Audit"]},
    }
