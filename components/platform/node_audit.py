"""kube-bench on the nodes, as our own CronJobs: what its results say, `python -m preview audit --kube-bench` judges.

A run looks at one node of each kind, as the scheduler chooses; nodes of a kind are made alike. Its results are its log,
as the pod may write nowhere; it has no token and reaches nothing.
"""

from typing import Annotated, Any

import pulumi
import pulumi_kubernetes as k8s
from pydantic import Field

from ..tenancy.intent import Flow
from ..tenancy.model import Namespace, PodSecurity, Quota
from .hardening import hardened
from .service import TENANT, ApiServer, ServiceArgs, Site

NAMESPACE = "node-audit"
"""Short name of the namespace that kube-bench runs in."""
FULL_NAMESPACE = f"{TENANT}-{NAMESPACE}"
_DIGEST = r"^[a-z0-9][a-z0-9._:/-]*@sha256:[0-9a-f]{64}$"
_READ = (
    "/etc/cni/net.d",
    "/etc/kubernetes",
    "/etc/systemd",
    "/lib/systemd",
    "/opt/cni/bin",
    "/usr/bin",
    "/var/lib/kubelet",
)
"""Folders of the node that the benchmark reads on every kind of node, each mounted at its own place."""
_READ_ON_CONTROL_PLANE = ("/var/lib/etcd",)
_ELSEWHERE = {"/usr/bin": "/usr/local/mount-from-host/bin"}
"""What would hide the image's own programs at its own place; kube-bench looks there."""
_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
_ROLES = {"control-plane": "master,etcd,controlplane,node", "worker": "node"}
"""Targets of the benchmark on each kind of node."""
_LONGEST_SECONDS, _KEPT_SECONDS = 600, 7 * 24 * 3600


class NodeAuditArgs(ServiceArgs):
    """The CIS benchmark of nodes that the team runs itself, on a schedule."""

    image: Annotated[str, Field(pattern=_DIGEST, max_length=500)]
    """kube-bench's image, by digest: `registry.example/aquasec/kube-bench@sha256:...`."""
    schedule: str = Field(default="41 2 * * 1", pattern=r"^(\S+\s+){4}\S+$")
    """When it runs, in the form of cron, UTC."""

    @property
    def charts(self) -> tuple[str, ...]:
        """Return none: there is no chart."""
        return ()

    def namespaces(self) -> tuple[Namespace, ...]:
        """Return the one namespace; its pods read files and processes of their node."""
        quota = Quota(cpu="2", memory="2Gi", storage="1Gi", pods=8)
        return (Namespace(name=NAMESPACE, pod_security=PodSecurity.PRIVILEGED, quota=quota),)

    def flows(self, api_server: ApiServer) -> tuple[Flow, ...]:
        """Return none: what it finds is its log."""
        del api_server
        return ()

    def create(self, site: Site, parent: pulumi.Resource) -> None:
        """Create an account without rights, and a CronJob for each kind of node."""
        options = site.inside(FULL_NAMESPACE, parent)
        account = k8s.core.v1.ServiceAccount(
            f"{FULL_NAMESPACE}-account",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=NAMESPACE, namespace=FULL_NAMESPACE),
            automount_service_account_token=False,
            opts=options,
        )
        after = pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=[account]))
        for role, targets in _ROLES.items():
            manifest = self._cron_job(role, targets)
            k8s.batch.v1.CronJob(
                f"{FULL_NAMESPACE}-{role}", metadata=manifest["metadata"], spec=manifest["spec"], opts=after
            )

    def _cron_job(self, role: str, targets: str) -> dict[str, Any]:
        there = "Exists" if role == "control-plane" else "DoesNotExist"
        wanted = {"matchExpressions": [{"key": _CONTROL_PLANE, "operator": there}]}
        placed = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [wanted]}}
        tolerated = [{"key": _CONTROL_PLANE, "operator": "Exists", "effect": "NoSchedule"}]
        amounts = {"cpu": "500m", "memory": "256Mi", "ephemeral-storage": "64Mi"}
        read = (*_READ, *(_READ_ON_CONTROL_PLANE if role == "control-plane" else ()))
        names = {path: path.strip("/").replace("/", "-").replace(".", "-") for path in read}
        pod = {
            "restartPolicy": "Never",
            "serviceAccountName": NAMESPACE,
            "automountServiceAccountToken": False,
            "hostPID": True,
            "affinity": {"nodeAffinity": placed},
            "tolerations": tolerated if role == "control-plane" else [],
            # Files that only root reads, and arguments of processes of every user.
            "securityContext": {"runAsNonRoot": False, "runAsUser": 0, "runAsGroup": 0},
            "containers": [
                {
                    "name": NAMESPACE,
                    "image": self.image,
                    "command": ["kube-bench", "run", "--json", f"--targets={targets}"],
                    "resources": {"requests": amounts, "limits": amounts},
                    "volumeMounts": [
                        {"name": name, "mountPath": _ELSEWHERE.get(path, path), "readOnly": True}
                        for path, name in names.items()
                    ],
                }
            ],
            "volumes": [{"name": name, "hostPath": {"path": path}} for path, name in names.items()],
        }
        labels = {"app.kubernetes.io/name": "kube-bench", "app.kubernetes.io/component": role}
        job = {
            "backoffLimit": 0,
            "activeDeadlineSeconds": _LONGEST_SECONDS,
            "ttlSecondsAfterFinished": _KEPT_SECONDS,
            "template": {"metadata": {"labels": labels}, "spec": pod},
        }
        spec = {
            "schedule": self.schedule,
            "timeZone": "Etc/UTC",
            "concurrencyPolicy": "Forbid",
            "startingDeadlineSeconds": 3600,
            "jobTemplate": {"spec": job},
        }
        metadata = {"name": f"kube-bench-{role}", "namespace": FULL_NAMESPACE, "labels": labels}
        return hardened({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata, "spec": spec})
