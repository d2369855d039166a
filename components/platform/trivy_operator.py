"""trivy-operator as the platform runs it: it scans the images of what runs for vulnerabilities and secrets.

Left out: its checks of configurations, roles, nodes and compliance, which this toolkit's own catalogue makes, and
with them the rights that they need; and the right to read every pull secret: the pod's own identity pulls. Scans run
in its own namespace, without a token.
"""

from typing import Any

from . import pod_identity, versions
from .rendering import Release

CHART = "trivy-operator"
_REPORTS = ("clustersbomreports", "exposedsecretreports", "sbomreports", "vulnerabilityreports")
"""Kinds of reports that are written; the others belong to what is left out."""
_READ = ("configmaps", "pods", "replicationcontrollers")
_OWN_GROUPS = frozenset({"apps.openshift.io", "networking.k8s.io", "rbac.authorization.k8s.io"})
"""Groups that only the checks of configurations read."""
_LOGS: dict[str, Any] = {"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get", "list"]}
_JOBS: dict[str, Any] = {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["create", "delete"]}
"""What it does with the scans, in its own namespace alone."""
_VIEW = "aggregate-"
"""Prefix of roles that let whoever may view a namespace read its reports: they tell an intruder where to begin."""


def release(namespace: str, *, rescan: str, excluded: str, kubernetes: str) -> Release:
    """Return what is rendered; `rescan` is the age at which a report is made anew."""
    return Release(name=CHART, namespace=namespace, values=_values(rescan, excluded), kubernetes=kubernetes)


def _values(rescan: str, excluded: str) -> dict[str, Any]:
    images = versions.charts()[CHART].images
    amounts = {"cpu": "200m", "memory": "1Gi", "ephemeral-storage": "256Mi"}
    scan = {"cpu": "500m", "memory": "1Gi", "ephemeral-storage": "4Gi"}
    own = {"runAsUser": 65532, "runAsGroup": 65532, "fsGroup": 65532, "runAsNonRoot": True}
    return {
        "excludeNamespaces": excluded,
        "image": _image(images["operator"]),
        "operator": {
            "replicas": 1,
            "scannerReportTTL": rescan,
            "scanJobTTL": "10m",
            "scanJobsConcurrentLimit": 3,
            "accessGlobalSecretsAndServiceAccount": False,
            "vulnerabilityScannerEnabled": True,
            "exposedSecretScannerEnabled": True,
            "sbomGenerationEnabled": True,
            "metricsFindingsEnabled": True,
            "configAuditScannerEnabled": False,
            "rbacAssessmentScannerEnabled": False,
            "infraAssessmentScannerEnabled": False,
            "clusterComplianceEnabled": False,
        },
        "compliance": {"specs": []},
        "trivy": {
            "image": _image(images["scanner"]),
            "severity": "UNKNOWN,LOW,MEDIUM,HIGH,CRITICAL",
            "ignoreUnfixed": False,
            "additionalVulnerabilityReportFields": "PublishedDate",
            "storageClassEnabled": False,
            "resources": {"requests": scan, "limits": scan},
        },
        "trivyOperator": {
            "scanJobsInSameNamespace": False,
            "scanJobAutomountServiceAccountToken": False,
            # Scans run by the same account.
            "scanJobPodTemplateLabels": ",".join(f"{key}={value}" for key, value in pod_identity.LABELS.items()),
            "scanJobPodTemplatePodSecurityContext": {**own, "seccompProfile": {"type": "RuntimeDefault"}},
        },
        "resources": {"requests": amounts, "limits": amounts},
        "volumes": [{"name": "cache-policies", "emptyDir": {"sizeLimit": "128Mi"}}],
    }


def _image(pin: versions.ImagePin) -> dict[str, str]:
    registry, _, repository = pin.repository.partition("/")
    # The chart has no value for a digest; a tag with one after it is a reference by digest.
    return {"registry": registry, "repository": repository, "tag": f"{pin.tag}@{pin.digest}" if pin.digest else pin.tag}


def adjusted(manifest: dict[str, Any], *, has_account: bool) -> dict[str, Any] | None:
    """Return an object of the chart with less than the chart gives it; None where it is left out.

    An account that the platform makes, with rights in a cloud, stands for the chart's where `has_account`.
    """
    match manifest["kind"], manifest["metadata"]["name"]:
        case "ClusterRole", name if name.startswith(_VIEW):
            return None
        case "ClusterRole", _:
            return {**manifest, "rules": [rule for each in manifest["rules"] if (rule := _narrowed(each))]}
        case "Role", name if name == CHART:
            return {**manifest, "rules": [*manifest["rules"], _LOGS, _JOBS]}
        case _:
            return pod_identity.adjusted(manifest, has_account=has_account)


def _narrowed(rule: dict[str, Any]) -> dict[str, Any] | None:
    """Return what is left of a rule of the whole cluster: reading what runs, and writing reports."""
    if _OWN_GROUPS & set(rule["apiGroups"]) or rule["resources"] == ["pods/log"]:
        return None
    match rule["apiGroups"], rule["verbs"]:
        case ["aquasecurity.github.io"], _:
            kept = [each for each in rule["resources"] if each in _REPORTS]
            return {**rule, "resources": kept} if kept else None
        case [""], verbs if "watch" in verbs:
            return {**rule, "resources": [each for each in rule["resources"] if each in _READ]}
        case ["batch"], _:
            return {**rule, "verbs": ["get", "list", "watch"]}
        case _:
            return rule
