"""Sigstore's policy-controller as the platform runs it: the values of its chart, and what it has no value for.

Its webhook judges the namespaces of tenants and no other, so that neither Kubernetes itself nor the platform waits
for it. Left out: the clean-up after a removal (a Helm hook with an image of its own), and the right to read every
Secret, which it would need for pull secrets: the nodes' or the pod's own identity pulls.
"""

from typing import Any

from ..naming import annotation
from . import pod_identity, versions
from .hardening import with_pod
from .rendering import Release
from .service import TENANT

CHART = "policy-controller"
ACCOUNT = f"{CHART}-webhook"
"""Its service account."""
WEBHOOK_PORT = 8443
PODS = {"app.kubernetes.io/name": CHART}
"""Labels of its pods."""
HOOKS_LEFT_OUT = (
    "Job/leases-cleanup",
    f"Role/{CHART}-cleanup",
    f"RoleBinding/{CHART}-cleanup",
    f"ServiceAccount/{CHART}-webhook-cleanup",
)
_LABEL = annotation("tenant")
_TENANTS = {
    "matchExpressions": [
        {"key": _LABEL, "operator": "Exists"},
        {"key": _LABEL, "operator": "NotIn", "values": [TENANT]},
    ]
}
"""Selects the namespaces of tenants by the label that this toolkit owns, so that none has to be remembered."""


def release(namespace: str, *, memory: str, kubernetes: str) -> Release:
    """Return what is rendered: two replicas that refuse what they can't verify."""
    return Release(name=CHART, namespace=namespace, values=_values(memory), kubernetes=kubernetes)


def _values(memory: str) -> dict[str, Any]:
    image = versions.charts()[CHART].images["webhook"]
    amounts = {"cpu": "500m", "memory": memory, "ephemeral-storage": "64Mi"}
    return {
        "installCRDs": True,
        "cosign": {"webhookTimeoutSeconds": {"mutating": 10, "validating": 10}},
        "webhook": {
            "replicaCount": 2,
            # The chart puts the digest where it says version.
            "image": {"repository": image.repository, "version": image.digest or image.tag},
            "failurePolicy": "Fail",
            "configData": {"no-match-policy": "deny", "fail-on-empty-authorities": "true"},
            "namespaceSelector": _TENANTS,
            # None: the user that every pod of the platform has, whose group may read the token.
            "podSecurityContext": {"runAsUser": None},
            "resources": {"requests": amounts, "limits": amounts},
            "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
            "webhookTimeoutSeconds": {"defaulting": 10, "validating": 10},
        },
    }


def adjusted(manifest: dict[str, Any], *, has_account: bool) -> dict[str, Any] | None:
    """Return an object of the chart with less than the chart gives it; None where it is left out.

    An account that the platform makes, with rights in a cloud, stands for the chart's where `has_account`.
    """
    match manifest["kind"]:
        case "ClusterRole":
            narrowed = [rule for each in manifest["rules"] if (rule := _narrowed(each))]
            return {**manifest, "rules": narrowed}
        case "Deployment":
            return pod_identity.adjusted(_with_limited_home(manifest), has_account=has_account)
        case _:
            return pod_identity.adjusted(manifest, has_account=has_account)


def _narrowed(rule: dict[str, Any]) -> dict[str, Any] | None:
    """Return a rule without Secrets, and without changes of definitions that are not its own."""
    if "secrets" in rule["resources"]:
        return {**rule, "resources": [each for each in rule["resources"] if each != "secrets"]}
    if "customresourcedefinitions" not in rule["resources"]:
        return rule
    if "resourceNames" in rule:
        names = ["clusterimagepolicies.policy.sigstore.dev", "trustroots.policy.sigstore.dev"]
        return {**rule, "resourceNames": names, "verbs": ["get", "update"]}
    return {**rule, "verbs": ["list", "watch"]}


def _with_limited_home(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the Deployment whose home, an emptyDir, can't fill the node's disk."""
    pod = manifest["spec"]["template"]["spec"]
    volumes = [{**each, "emptyDir": {"sizeLimit": "32Mi"}} if "emptyDir" in each else each for each in pod["volumes"]]
    return with_pod(manifest, {**pod, "volumes": volumes})
