"""What sees an attack on a GKE cluster: logs of who did and who read what, and messages of Google."""

import pulumi
import pulumi_gcp as gcp

from ..cloud import Managed
from ..options import below
from .encryption import Key
from .service_model import GkeDetection
from .site import Site

CONTROL_PLANE_LOGS = (
    "APISERVER",
    "CONTROLLER_MANAGER",
    "KCP_CONNECTION",
    "KCP_SSHD",
    "SCHEDULER",
    "SYSTEM_COMPONENTS",
    "WORKLOADS",
)
"""Every log that GKE offers; KCP: whoever of Google gets to the control plane."""
METRICS = ("APISERVER", "CONTROLLER_MANAGER", "SCHEDULER", "SYSTEM_COMPONENTS")
_AUDIT = ("ADMIN_READ", "DATA_READ", "DATA_WRITE")


class Detection(pulumi.ComponentResource):
    """Audit logs that show reading as well, a bucket that keeps the cluster's logs for a year, and a topic.

    GKE tells the topic of security bulletins and upgrades; who listens to it is the owner's choice. Threat
    detection in Security Command Center is bought for an organization, so it is none of this.

    Controls: those in policies/controls/gcp that judge logs and notifications.
    """

    topic_id: pulumi.Output[str]
    """The topic that GKE sends its messages to."""

    def __init__(
        self, name: str, site: Site, args: GkeDetection, *, key: Key, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Create them; `key` encrypts the messages."""
        declared = {"cluster": site.name, **args.model_dump(mode="json", by_alias=True)}
        super().__init__("secureclusters:gcp:Detection", name, declared, opts)
        self._children = below(self, opts)
        if args.audit_logs is Managed.HERE:
            gcp.projects.IAMAuditConfig(
                f"{site.name}-audit",
                project=site.project,
                service="container.googleapis.com",
                audit_log_configs=[
                    gcp.projects.IAMAuditConfigAuditLogConfigArgs(log_type=log_type) for log_type in _AUDIT
                ],
                opts=self._children,
            )
        self._keep_logs(site, args)
        if args.findings_to is not None:
            gcp.securitycenter.V2ProjectNotificationConfig(
                f"{site.name}-findings",
                config_id=f"{site.name}-findings",
                project=site.project,
                location="global",
                description="Findings of Security Command Center to whoever answers them",
                pubsub_topic=args.findings_to,
                streaming_config=gcp.securitycenter.V2ProjectNotificationConfigStreamingConfigArgs(
                    filter='state="ACTIVE"'
                ),
                opts=self._children,
            )
        self.topic_id = gcp.pubsub.Topic(
            f"{site.name}-messages",
            name=f"{site.name}-messages",
            project=site.project,
            kms_key_name=key.id,
            # A message for a listener that isn't there today can be fetched within a week.
            message_retention_duration=f"{7 * 24 * 3600}s",
            message_storage_policy=gcp.pubsub.TopicMessageStoragePolicyArgs(allowed_persistence_regions=[site.region]),
            labels=site.labels,
            opts=pulumi.ResourceOptions(parent=self, depends_on=key.resources),
        ).id
        self.register_outputs(declared)

    def _keep_logs(self, site: Site, args: GkeDetection) -> None:
        bucket = gcp.logging.ProjectBucketConfig(
            f"{site.name}-logs",
            project=site.project,
            location=site.region,
            bucket_id=f"{site.name}-logs",
            description=f"Logs of the cluster {site.name}",
            retention_days=args.log_retention_days,
            opts=self._children,
        )
        gcp.logging.ProjectSink(
            f"{site.name}-logs",
            name=f"{site.name}-logs",
            project=site.project,
            description=f"Logs of the cluster {site.name}",
            destination=bucket.id.apply(lambda id_: f"logging.googleapis.com/{id_}"),
            filter=f'resource.labels.cluster_name="{site.name}" AND resource.labels.location="{site.region}"',
            unique_writer_identity=True,
            opts=pulumi.ResourceOptions(parent=bucket),
        )
