"""The audit inside the cluster: an identity that may only list, and a CronJob that runs as it."""

import pulumi
import pulumi_kubernetes as k8s

from . import pod, role
from .model import AuditArgs


class Audit(pulumi.ComponentResource):
    """A CronJob that judges the whole cluster by the catalogue, once per cluster.

    A run with findings is a failed Job, whose log is the report: alert on `kube_job_status_failed`. It changes
    nothing, reads no Secret, and stores its findings nowhere. The namespace has to exist, with Pod Security,
    default-deny and a quota: create it through a Tenant.

    Controls: every control that judges a running cluster.
    """

    def __init__(self, name: str, args: AuditArgs, *, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the audit; children use the Kubernetes provider of `opts`."""
        props = {"namespace": args.namespace, "image": args.image, "schedule": args.schedule}
        super().__init__("secureclusters:audit:Audit", name, props, opts)
        self._name = name
        self._namespace = args.namespace
        self._children = pulumi.ResourceOptions(parent=self)
        self._identity()
        self._egress(args)
        self._cron_job(args)
        self.register_outputs({**props, "serviceAccount": f"{args.namespace}/{pod.NAME}"})

    def _metadata(self) -> k8s.meta.v1.ObjectMetaArgs:
        return k8s.meta.v1.ObjectMetaArgs(name=pod.NAME, namespace=self._namespace, labels=pod.LABELS)

    def _identity(self) -> None:
        account = k8s.core.v1.ServiceAccount(
            f"{self._name}-account",
            metadata=self._metadata(),
            automount_service_account_token=False,
            opts=self._children,
        )
        created = k8s.rbac.v1.ClusterRole(
            f"{self._name}-role",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=role.NAME),
            rules=[
                k8s.rbac.v1.PolicyRuleArgs(api_groups=[group], resources=list(resources), verbs=["list"])
                for group, resources in role.LISTED.items()
            ],
            opts=self._children,
        )
        k8s.rbac.v1.ClusterRoleBinding(
            f"{self._name}-binding",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=role.NAME),
            role_ref=k8s.rbac.v1.RoleRefArgs(api_group="rbac.authorization.k8s.io", kind="ClusterRole", name=role.NAME),
            subjects=[k8s.rbac.v1.SubjectArgs(kind="ServiceAccount", name=pod.NAME, namespace=self._namespace)],
            opts=pulumi.ResourceOptions.merge(self._children, pulumi.ResourceOptions(depends_on=[account, created])),
        )

    def _egress(self, args: AuditArgs) -> None:
        """Open the way to the API server, and no other."""
        block = k8s.networking.v1.IPBlockArgs(cidr=args.api_server.cidr, except_=list(args.api_server.closed()) or None)
        port = k8s.networking.v1.NetworkPolicyPortArgs(port=args.api_server_port, protocol="TCP")
        k8s.networking.v1.NetworkPolicy(
            f"{self._name}-egress",
            metadata=self._metadata(),
            spec=k8s.networking.v1.NetworkPolicySpecArgs(
                pod_selector=k8s.meta.v1.LabelSelectorArgs(match_labels=pod.LABELS),
                policy_types=["Egress"],
                egress=[
                    k8s.networking.v1.NetworkPolicyEgressRuleArgs(
                        to=[k8s.networking.v1.NetworkPolicyPeerArgs(ip_block=block)], ports=[port]
                    )
                ],
            ),
            opts=self._children,
        )

    def _cron_job(self, args: AuditArgs) -> None:
        k8s.batch.v1.CronJob(
            self._name,
            metadata=self._metadata(),
            spec=k8s.batch.v1.CronJobSpecArgs(
                schedule=args.schedule,
                time_zone="Etc/UTC",
                concurrency_policy="Forbid",
                starting_deadline_seconds=3600,
                successful_jobs_history_limit=1,
                failed_jobs_history_limit=3,
                job_template=pod.job_template(args),
            ),
            opts=self._children,
        )
